using System.Buffers.Binary;
using System.Runtime.InteropServices;
using CsCheck;
using EniAgent.Fuzz.Tests.Harness;
using EniAgent.Netlink;
using static EniAgent.Netlink.NetlinkUapi;
using static EniAgent.Netlink.RtnetlinkUapi;

namespace EniAgent.Fuzz.Tests.Targets.Netlink;

/// <summary>Datagrams of one to three messages whose lengths are right: attributes of captured ones in another number, order and size. And any bytes.</summary>
internal sealed class MessageMutations(IReadOnlyList<byte[]> seeds) : Gen<byte[]>
{
    private readonly Mutations _bytes = new(seeds, []);
    private readonly byte[][] _whole = [.. seeds.Where(seed => seed.Length >= NLMSG_HDRLEN && StructLength(seed) <= seed.Length)];

    /// <inheritdoc/>
    public override byte[] Generate(PCG pcg, Size? min, out Size size)
    {
        byte[] bytes = Mutations.Below(pcg, 3) == 0
            ? _bytes.Generate(pcg, null, out _)
            : [.. Enumerable.Range(0, 1 + (Mutations.Below(pcg, 4) == 0 ? Mutations.Below(pcg, 3) : 0)).SelectMany(_ => Message(pcg))];
        size = new Size((ulong)bytes.Length);
        return bytes;
    }

    private byte[] Message(PCG pcg)
    {
        var from = Mutations.Pick(pcg, _whole);
        List<byte> message = [.. from.AsSpan(0, StructLength(from))];
        if (Mutations.Below(pcg, 3) == 0)
        {
            message[NLMSG_HDRLEN + Mutations.Below(pcg, message.Count - NLMSG_HDRLEN)] = (byte)pcg.Next(256);
        }

        foreach (var attribute in AttributesOf(from).Where(_ => Mutations.Below(pcg, 8) > 0).Concat(Mutations.Below(pcg, 3) == 0 ? AttributesOf(Mutations.Pick(pcg, _whole)) : []))
        {
            message.AddRange(Mutations.Below(pcg, 5) == 0 ? Changed(pcg, attribute) : attribute);
        }

        byte[] bytes = [.. message];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)bytes.Length);
        return Mutations.Below(pcg, 3) == 0 ? _bytes.Changed(pcg, bytes) : bytes;
    }

    private byte[] Changed(PCG pcg, byte[] attribute)
    {
        byte[] value = Mutations.Below(pcg, 3) == 0 ? new byte[Mutations.Below(pcg, 40)] : _bytes.Changed(pcg, attribute[NLA_HDRLEN..]);
        value = value.Length > 4096 ? value[..4096] : value;
        byte[] changed = [.. attribute.AsSpan(0, NLA_HDRLEN), .. value, .. new byte[Align(value.Length) - value.Length]];
        BinaryPrimitives.WriteUInt16LittleEndian(changed, (ushort)(NLA_HDRLEN + value.Length));
        if (Mutations.Below(pcg, 4) == 0)
        {
            changed[2] = (byte)Mutations.Below(pcg, 40);
        }

        return changed;
    }

    private static List<byte[]> AttributesOf(byte[] message)
    {
        var list = new List<byte[]>();
        var rest = message.AsSpan(StructLength(message));
        while (rest.Length >= NLA_HDRLEN && MemoryMarshal.Read<nlattr>(rest).nla_len is var length && length >= NLA_HDRLEN && length <= rest.Length)
        {
            byte[] attribute = [.. rest[..length], .. new byte[Align(length) - length]];
            list.Add(attribute);
            rest = rest[Math.Min(Align(length), rest.Length)..];
        }

        return list;
    }

    // The header, and the structure that follows it.
    private static int StructLength(byte[] message) => NLMSG_HDRLEN + MemoryMarshal.Read<nlmsghdr>(message).nlmsg_type switch
    {
        RTM_NEWLINK or RTM_DELLINK => 16,
        RTM_NEWADDR or RTM_DELADDR => 8,
        NLMSG_ERROR => sizeof(int) + NLMSG_HDRLEN,
        RTM_NEWNETCONF => 4,
        _ => 12,
    };
}
