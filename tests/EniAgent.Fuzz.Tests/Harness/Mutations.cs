using System.Buffers.Binary;
using System.Text;
using CsCheck;

namespace EniAgent.Fuzz.Tests.Harness;

/// <summary>Inputs that are made of others: bytes, words and lines of them change, go, come twice, or come from another one.</summary>
internal sealed class Mutations : Gen<byte[]>
{
    /// <summary>No input grows beyond it by itself.</summary>
    public const int Longest = 64 << 10;

    private static readonly uint[] Interesting = [0, 1, 2, 3, 4, 5, 7, 8, 12, 15, 16, 17, 31, 32, 33, 127, 128, 254, 255, 256, 0x7fff, 0x8000, 0xfffe, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];

    private readonly byte[][] _seeds;
    private readonly byte[][] _words;

    public Mutations(IReadOnlyList<byte[]> seeds, IReadOnlyList<string> words)
    {
        _seeds = [.. seeds.DefaultIfEmpty([])];
        _words = [.. words.DefaultIfEmpty("0").Select(Encoding.UTF8.GetBytes)];
    }

    /// <inheritdoc/>
    public override byte[] Generate(PCG pcg, Size? min, out Size size)
    {
        var bytes = Changed(pcg, Pick(pcg, _seeds));
        size = new Size((ulong)bytes.Length);
        return bytes;
    }

    /// <summary>Some bytes with a few changes.</summary>
    public byte[] Changed(PCG pcg, byte[] from)
    {
        var bytes = from;
        for (var changes = 1 + Below(pcg, 2) + (Below(pcg, 4) == 0 ? Below(pcg, 12) : 0); changes > 0; changes--)
        {
            bytes = Change(pcg, bytes);
        }

        return bytes.Length <= Longest ? bytes : bytes[..Longest];
    }

    /// <summary>A number from 0 to below a limit.</summary>
    public static int Below(PCG pcg, int limit) => (int)pcg.Next((uint)limit);

    /// <summary>One of several.</summary>
    public static T Pick<T>(PCG pcg, IReadOnlyList<T> from) => from[Below(pcg, from.Count)];

    private byte[] Change(PCG pcg, byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return Pick(pcg, _words);
        }

        var at = Below(pcg, bytes.Length);
        var length = Math.Min(bytes.Length - at, 1 + Below(pcg, Below(pcg, 4) == 0 ? 64 : 6));
        switch (Below(pcg, 14))
        {
            case 0:
                return Set(bytes, at, (byte)(bytes[at] ^ (1 << Below(pcg, 8))));
            case 1:
                return Set(bytes, at, (byte)pcg.Next(256));
            case 2:
                return Number(pcg, bytes, at);
            case 3:
                return Replace(bytes, at, length, []);
            case 4:
                return Replace(bytes, at, 0, bytes.AsSpan(at, length));
            case 5:
                return Replace(bytes, at, 0, Pick(pcg, _words));
            case 6:
                return Replace(bytes, at, length, Pick(pcg, _words));
            case 7:
                return Below(pcg, 4) == 0 ? bytes[..at] : Replace(bytes, at, length, Part(pcg, Pick(pcg, _seeds)));
            case 8:
                return Splice(pcg, bytes, at, Pick(pcg, _seeds));
            case 9:
                return Digit(pcg, bytes, at);
            case 10:
                return Replace(bytes, StartOf(bytes, at), EndOf(bytes, at) - StartOf(bytes, at), []);
            case 11:
                return Replace(bytes, StartOf(bytes, at), 0, Line(bytes, Below(pcg, bytes.Length)));
            case 12:
                return Replace(bytes, StartOf(bytes, at), Below(pcg, 2) == 0 ? 0 : EndOf(bytes, at) - StartOf(bytes, at), LineOf(pcg, Pick(pcg, _seeds)));
            default:
                return Replace(bytes, StartOf(bytes, at), 0, [.. Pick(pcg, _words), (byte)'\n']);
        }
    }

    private static byte[] Set(byte[] bytes, int at, byte value)
    {
        byte[] copy = [.. bytes];
        copy[at] = value;
        return copy;
    }

    private static byte[] Replace(byte[] bytes, int at, int length, ReadOnlySpan<byte> by) => [.. bytes.AsSpan(0, at), .. by, .. bytes.AsSpan(at + length)];

    // A length or an index, as a rule where it would stand.
    private static byte[] Number(PCG pcg, byte[] bytes, int at)
    {
        byte[] copy = [.. bytes];
        var value = Pick(pcg, Interesting);
        var aligned = copy.AsSpan(Below(pcg, 4) == 0 ? at : at & ~3);
        if (aligned.Length >= 4 && Below(pcg, 2) == 0)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(aligned, value);
        }
        else if (aligned.Length >= 2)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(aligned, (ushort)value);
        }

        return copy;
    }

    private static byte[] Digit(PCG pcg, byte[] bytes, int at)
    {
        var found = bytes.AsSpan(at).IndexOfAnyInRange((byte)'0', (byte)'9');
        return found < 0 ? Set(bytes, at, (byte)pcg.Next(256))
            : Below(pcg, 3) == 0 ? Replace(bytes, at + found, 1, "4294967296"u8[..(1 + Below(pcg, 10))])
            : Set(bytes, at + found, (byte)('0' + Below(pcg, 10)));
    }

    private static byte[] Splice(PCG pcg, byte[] bytes, int at, byte[] other) => other.Length == 0 ? bytes : [.. bytes.AsSpan(0, at), .. other.AsSpan(Below(pcg, other.Length))];

    private static ReadOnlySpan<byte> Part(PCG pcg, byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return [];
        }

        var at = Below(pcg, bytes.Length);
        return bytes.AsSpan(at, Math.Min(bytes.Length - at, 1 + Below(pcg, 24)));
    }

    private static ReadOnlySpan<byte> LineOf(PCG pcg, byte[] bytes) => bytes.Length == 0 ? [] : Line(bytes, Below(pcg, bytes.Length));

    private static ReadOnlySpan<byte> Line(byte[] bytes, int at) => bytes.AsSpan(StartOf(bytes, at), EndOf(bytes, at) - StartOf(bytes, at));

    private static int StartOf(byte[] bytes, int at) => bytes.AsSpan(0, at).LastIndexOf((byte)'\n') + 1;

    private static int EndOf(byte[] bytes, int at)
    {
        var end = bytes.AsSpan(at).IndexOf((byte)'\n');
        return end < 0 ? bytes.Length : at + end + 1;
    }
}
