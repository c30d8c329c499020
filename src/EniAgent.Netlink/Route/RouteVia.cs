using System.Runtime.InteropServices;

namespace EniAgent.Netlink;

/// <summary>RTA_VIA: struct rtvia, a two-byte family and an address.</summary>
internal static class RouteVia
{
    public static InetAddress Read(in AttributeReader attribute)
    {
        ushort family = attribute.UInt16;
        var address = attribute.Value[2..];
        return family <= byte.MaxValue && InetAddress.LengthOf((byte)family) == address.Length && address.Length != 0
            ? InetAddress.FromBytes(address)
            : throw new MalformedMessageException("RTA_VIA", "the address does not fit its family");
    }

    public static void Write(MessageBuffer buffer, InetAddress via)
    {
        Span<byte> value = stackalloc byte[2 + 16];
        ushort family = via.Family;
        MemoryMarshal.Write(value, in family);
        int length = via.WriteTo(value[2..]);
        buffer.Attribute(RTA_VIA, value[..(2 + length)]);
    }
}
