using System.Buffers.Binary;
using System.Text;

namespace EniAgent.Integration.Tests.StaticBinary;

/// <summary>What a 64-bit little-endian ELF file asks of a machine; the layouts are those of elf(5).</summary>
internal sealed class ElfFile
{
    /// <summary>PT_DYNAMIC and PT_INTERP of elf(5).</summary>
    public const uint Dynamic = 2, Interpreter = 3;

    /// <summary>DT_NEEDED of elf(5).</summary>
    public const long Needed = 1;

    private readonly byte[] _bytes;

    public ElfFile(string path)
    {
        _bytes = File.ReadAllBytes(path);
        if (!_bytes.AsSpan(0, 6).SequenceEqual("\u007fELF\u0002\u0001"u8))
        {
            throw new FormatException($"{path} is not a 64-bit little-endian ELF file");
        }
    }

    public int Length => _bytes.Length;

    /// <summary>The types of the segments.</summary>
    public IReadOnlyList<uint> Segments => [.. Headers(0x20, 0x36, 0x38).Select(at => Word(at))];

    /// <summary>The tags of the dynamic section; empty where there is none.</summary>
    public IReadOnlyList<long> DynamicTags =>
        [.. Headers(0x20, 0x36, 0x38).Where(at => Word(at) == Dynamic).SelectMany(at => Tags((int)Long(at + 8), (int)Long(at + 0x20)))];

    /// <summary>The names of the sections.</summary>
    public IReadOnlyList<string> Sections
    {
        get
        {
            var headers = Headers(0x28, 0x3a, 0x3c).ToList();
            var names = headers.Count == 0 ? 0 : (int)Long(headers[Half(0x3e)] + 0x18);
            return [.. headers.Select(at => Text(names + (int)Word(at)))];
        }
    }

    // Where the headers of a table begin, from the file header's fields for its place, a header's size and their count.
    private IEnumerable<int> Headers(int place, int size, int count) =>
        Enumerable.Range(0, Half(count)).Select(i => (int)Long(place) + (i * Half(size)));

    private IEnumerable<long> Tags(int start, int length) =>
        Enumerable.Range(0, length / 16).Select(i => Long(start + (i * 16))).TakeWhile(tag => tag != 0);

    private string Text(int at) => Encoding.ASCII.GetString(_bytes.AsSpan(at)[.._bytes.AsSpan(at).IndexOf((byte)0)]);

    private ushort Half(int at) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(at));

    private uint Word(int at) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(at));

    private long Long(int at) => BinaryPrimitives.ReadInt64LittleEndian(_bytes.AsSpan(at));
}
