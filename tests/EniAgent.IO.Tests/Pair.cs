using Tmds.Linux;

namespace EniAgent.IO.Tests;

/// <summary>Two ends of a connection.</summary>
internal sealed unsafe class Pair : IDisposable
{
    public Pair()
    {
        var ends = stackalloc int[2];
        Assert.Equal(0, LibC.socketpair(LibC.AF_UNIX, LibC.SOCK_STREAM | LibC.SOCK_CLOEXEC | LibC.SOCK_NONBLOCK, 0, ends));
        (Ours, Theirs) = (new Descriptor(ends[0]), new Descriptor(ends[1]));
    }

    public Descriptor Ours { get; }

    public Descriptor Theirs { get; }

    /// <summary>The other end says something.</summary>
    public void Say()
    {
        byte one = 1;
        Assert.Equal(1, (int)LibC.write(Theirs.Number, &one, 1));
    }

    /// <summary>Writes until there is no room.</summary>
    public void Fill()
    {
        var bytes = stackalloc byte[4096];
        while ((int)LibC.write(Ours.Number, bytes, 4096) > 0)
        {
        }
    }

    /// <summary>The other end reads until there is nothing.</summary>
    public void Drain()
    {
        var bytes = stackalloc byte[4096];
        while ((int)LibC.read(Theirs.Number, bytes, 4096) > 0)
        {
        }
    }

    public void Dispose()
    {
        Ours.Dispose();
        Theirs.Dispose();
    }
}
