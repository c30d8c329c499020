namespace EniAgent.Metadata;

/// <summary>Bytes put together from pieces.</summary>
internal sealed class GrowingBuffer
{
    private byte[] _bytes = [];
    private int _length;

    /// <summary>What was put in since the buffer was last empty.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Puts bytes behind the others.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_length + bytes.Length, 2 * _bytes.Length));
        }

        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>Empties the buffer; the memory stays for the next bytes.</summary>
    public void Clear() => _length = 0;
}
