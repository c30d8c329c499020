using CsCheck;

namespace EniAgent.Fuzz.Tests.Harness;

/// <summary>A parser and what must hold of it, whatever comes. Each worker has one of its own.</summary>
internal abstract class FuzzTarget : IDisposable
{
    /// <summary>What inputs are made of besides the corpus: bytes that other tests have captured.</summary>
    public virtual IReadOnlyList<byte[]> Seeds => [];

    /// <summary>Words of the format, which chance would hardly find.</summary>
    public virtual IReadOnlyList<string> Words => [];

    /// <summary>How many inputs the tests run; fewer where one takes longer.</summary>
    public virtual int Share => 20_000;

    /// <summary>The inputs.</summary>
    /// <param name="seeds">The corpus, and <see cref="Seeds"/>.</param>
    public virtual Gen<byte[]> Inputs(IReadOnlyList<byte[]> seeds) => new Mutations(seeds, Words);

    /// <summary>Takes an input in; throws for anything that is not as documented.</summary>
    public abstract void Run(byte[] input);

    /// <summary>How many bytes an input of a length may have allocated.</summary>
    public virtual long MostAllocated(int length) => (256 << 10) + (2048L * length);

    /// <summary>How long an input may take.</summary>
    public virtual TimeSpan Longest => TimeSpan.FromMilliseconds(200);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }
}
