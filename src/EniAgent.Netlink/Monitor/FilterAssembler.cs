using System.Buffers.Binary;
using static EniAgent.Netlink.FilterUapi;

namespace EniAgent.Netlink;

/// <summary>Puts a classic BPF program together (socket(7), SO_ATTACH_FILTER). BPF loads are big-endian: where the message has a number of
/// the host's order, it is the constant that is swapped. Labels are jumped to by BPF_JA, whose reach has no limit that matters.</summary>
internal sealed class FilterAssembler
{
    private const uint Everything = uint.MaxValue;

    private readonly List<sock_filter> _program = [];
    private readonly Dictionary<string, int> _labels = [];
    private readonly List<(int Instruction, string Label)> _jumps = [];

    public void Label(string name) => _labels.Add(name, _program.Count);

    public void Pass() => Add(BPF_RET | BPF_K, Everything);

    public void Drop() => Add(BPF_RET | BPF_K, 0);

    public void LoadByte(int offset) => Add(BPF_LD | BPF_B | BPF_ABS, (uint)offset);

    public void LoadHalf(int offset) => Add(BPF_LD | BPF_H | BPF_ABS, (uint)offset);

    public void LoadWord(int offset) => Add(BPF_LD | BPF_W | BPF_ABS, (uint)offset);

    public void ShiftRight(int bits) => Add(BPF_ALU | BPF_RSH | BPF_K, (uint)bits);

    /// <summary>Looks for an attribute from an offset on: its offset, or 0.</summary>
    public void FindAttribute(int from, ushort type)
    {
        Add(BPF_LDX | BPF_W | BPF_IMM, type);
        Add(BPF_LD | BPF_W | BPF_IMM, (uint)from);
        Add(BPF_LD | BPF_W | BPF_ABS, unchecked((uint)(SKF_AD_OFF + SKF_AD_NLATTR)));
    }

    /// <summary>Looks for an attribute within the one that was found.</summary>
    public void FindInNest(ushort type)
    {
        Add(BPF_LDX | BPF_W | BPF_IMM, type);
        Add(BPF_LD | BPF_W | BPF_ABS, unchecked((uint)(SKF_AD_OFF + SKF_AD_NLATTR_NEST)));
    }

    /// <summary>Loads the first word of the attribute that was found, as it stands.</summary>
    public void LoadWordOfAttribute()
    {
        Add(BPF_MISC | BPF_TAX, 0);
        Add(BPF_LD | BPF_W | BPF_IND, NLA_HDRLEN);
    }

    /// <summary>Loads the first word of the attribute that was found as a number that can be compared.</summary>
    public void LoadHostWordOfAttribute()
    {
        if (!BitConverter.IsLittleEndian)
        {
            LoadWordOfAttribute();
            return;
        }

        // Byte by byte into the scratch memory, then put together the other way round.
        Add(BPF_MISC | BPF_TAX, 0);
        for (uint i = 0; i < sizeof(uint); i++)
        {
            Add(BPF_LD | BPF_B | BPF_IND, NLA_HDRLEN + i);
            Add(BPF_ALU | BPF_LSH | BPF_K, 8 * i);
            Add(BPF_ST, i);
        }

        Add(BPF_LD | BPF_MEM, 0);
        for (uint i = 1; i < sizeof(uint); i++)
        {
            Add(BPF_LDX | BPF_MEM, i);
            Add(BPF_ALU | BPF_OR | BPF_X, 0);
        }
    }

    public void PassIf(uint value)
    {
        Add(BPF_JMP | BPF_JEQ | BPF_K, value, jf: 1);
        Pass();
    }

    /// <summary>For a word in the host's order that was loaded as it stands.</summary>
    public void PassIfHostWord(uint value) =>
        PassIf(BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value);

    public void PassIfWithin(uint first, uint count)
    {
        uint last = count - 1 > uint.MaxValue - first ? uint.MaxValue : first + count - 1;
        Add(BPF_JMP | BPF_JGE | BPF_K, first, jf: 2);
        Add(BPF_JMP | BPF_JGT | BPF_K, last, jt: 1);
        Pass();
    }

    public void PassIfAbsent() => PassIf(0);

    public void DropIf(uint value)
    {
        Add(BPF_JMP | BPF_JEQ | BPF_K, value, jf: 1);
        Drop();
    }

    public void DropUnless(uint value)
    {
        Add(BPF_JMP | BPF_JEQ | BPF_K, value, jt: 1);
        Drop();
    }

    public void JumpIfAbsent(string label) => JumpIf(0, label);

    /// <summary>Jumps when the message type, loaded as it stands, is one of these.</summary>
    public void JumpIfType(ReadOnlySpan<ushort> types, string label)
    {
        foreach (ushort type in types)
        {
            JumpIf(BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(type) : type, label);
        }
    }

    /// <exception cref="ArgumentException">The program is longer than the kernel takes (4,096 instructions).</exception>
    public sock_filter[] Assemble()
    {
        if (_program.Count > BPF_MAXINSNS)
        {
            throw new ArgumentException($"The filter needs {_program.Count} instructions; the kernel takes {BPF_MAXINSNS}.");
        }

        var program = _program.ToArray();
        foreach (var (instruction, label) in _jumps)
        {
            program[instruction].k = (uint)(_labels[label] - instruction - 1);
        }

        return program;
    }

    private void JumpIf(uint value, string label)
    {
        Add(BPF_JMP | BPF_JEQ | BPF_K, value, jf: 1);
        _jumps.Add((_program.Count, label));
        Add(BPF_JMP | BPF_JA, 0);
    }

    private void Add(int code, uint k, byte jt = 0, byte jf = 0) => _program.Add(new sock_filter { code = (ushort)code, jt = jt, jf = jf, k = k });
}
