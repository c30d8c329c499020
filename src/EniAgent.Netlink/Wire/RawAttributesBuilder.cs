namespace EniAgent.Netlink;

/// <summary>Gathers raw attributes; allocates nothing as long as there are none.</summary>
internal struct RawAttributesBuilder
{
    private byte[]? _bytes;
    private int _length;

    public void Add(ReadOnlySpan<byte> attribute)
    {
        int needed = _length + Align(attribute.Length);
        if (_bytes is null || _bytes.Length < needed)
        {
            Array.Resize(ref _bytes, _length == 0 ? needed : Math.Max(needed, _length * 2));
        }

        attribute.CopyTo(_bytes.AsSpan(_length));
        _length = needed;
    }

    public readonly RawAttributes Build() => _bytes is null ? default : new RawAttributes(_bytes.AsMemory(0, _length));
}
