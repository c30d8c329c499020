using static EniAgent.Netlink.NetfilterUapi;

namespace EniAgent.Netlink;

/// <summary>A base chain of nf_tables: one that packets pass through at a hook.</summary>
/// <param name="Family">The protocol family, NFPROTO_*: 1 inet, 2 IPv4, 10 IPv6.</param>
/// <param name="Table">Its table.</param>
/// <param name="Name">Its name.</param>
/// <param name="Hook">Where packets pass, NF_INET_*: 0 prerouting, 1 input, 2 forward, 3 output, 4 postrouting.</param>
/// <param name="Drops">Whether what no rule decides about is dropped.</param>
public sealed record FilterChain(byte Family, string Table, string Name, uint Hook, bool Drops)
{
    /// <summary>Every base chain of the network namespace that the calling thread is in. It takes CAP_NET_ADMIN, and has the kernel load nf_tables where that is a module.</summary>
    /// <exception cref="NetlinkException">The kernel refuses, or has no nf_tables.</exception>
    public static IReadOnlyList<FilterChain> DumpAll()
    {
        using var socket = RouteSocket.OpenOver(NETLINK_NETFILTER, NetlinkOptions.Default);
        return socket.DumpBaseChains();
    }

    /// <summary>Reads the payload of NFT_MSG_NEWCHAIN; null for a chain that others jump to.</summary>
    /// <exception cref="MalformedMessageException">A length contradicts what is there.</exception>
    internal static FilterChain? Parse(ReadOnlySpan<byte> payload)
    {
        var family = MessageReader.ReadStruct<nfgenmsg>(payload, nameof(nfgenmsg)).nfgen_family;
        var (table, name, hook, drops) = ("", "", (uint?)null, false);
        var attributes = MessageReader.Attributes<nfgenmsg>(payload);
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case NFTA_CHAIN_TABLE:
                    table = attributes.String;
                    break;
                case NFTA_CHAIN_NAME:
                    name = attributes.String;
                    break;
                case NFTA_CHAIN_HOOK:
                    hook = ReadHook(attributes.Value);
                    break;
                case NFTA_CHAIN_POLICY:
                    drops = attributes.UInt32BigEndian == NF_DROP;
                    break;
            }
        }

        return hook is { } number ? new FilterChain(family, table, name, number, drops) : null;
    }

    private static uint? ReadHook(ReadOnlySpan<byte> nested)
    {
        var attributes = new AttributeReader(nested);
        while (attributes.MoveNext())
        {
            if (attributes.Type == NFTA_HOOK_HOOKNUM)
            {
                return attributes.UInt32BigEndian;
            }
        }

        return null;
    }
}
