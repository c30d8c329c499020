namespace EniAgent.Netlink;

/// <summary>Attributes kept as the kernel sent them (header, payload, padding), so that an object can be put back exactly as it was.
/// Two are equal when their bytes are.</summary>
public readonly struct RawAttributes : IEquatable<RawAttributes>
{
    private readonly ReadOnlyMemory<byte> _bytes;

    /// <summary>Wraps bytes, which are not copied.</summary>
    public RawAttributes(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>Whether nothing is kept.</summary>
    public bool IsEmpty => _bytes.IsEmpty;

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes;

    internal ReadOnlySpan<byte> Span => _bytes.Span;

    /// <summary>Whether two hold the same bytes.</summary>
    public static bool operator ==(RawAttributes left, RawAttributes right) => left.Equals(right);

    /// <summary>Whether two hold different bytes.</summary>
    public static bool operator !=(RawAttributes left, RawAttributes right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(RawAttributes other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RawAttributes other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    /// <summary>The bytes in hexadecimal.</summary>
    public override string ToString() => Convert.ToHexStringLower(Span);
}
