using static EniAgent.Netlink.NetfilterUapi;

namespace EniAgent.Netlink;

/// <content>Reading what is there.</content>
public sealed partial class RouteSocket
{
    /// <summary>Makes an object of a payload, or null when the payload is none that is meant: without allocating anything then.</summary>
    private delegate T? Decoder<T, in TFilter>(ReadOnlySpan<byte> payload, TFilter filter)
        where T : class;

    private enum DumpOutcome
    {
        Complete,
        Inconsistent,
    }

    /// <summary>All links.</summary>
    /// <exception cref="NetlinkException">The kernel refuses, or EAGAIN: links kept changing while they were read. So for every dump.</exception>
    public List<LinkMessage> DumpLinks()
    {
        var request = BeginRequest(RTM_GETLINK, NLM_F_DUMP);
        request.Struct(default(ifinfomsg));
        request.Attribute(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
        return Dump(RTM_GETLINK, RTM_NEWLINK, 0, static (payload, _) => LinkMessage.Parse(payload));
    }

    /// <summary>The addresses of a family (0: any IP) and of a link (null: all). A link that is not there has none.</summary>
    public List<AddressMessage> DumpAddresses(byte family = AF_INET, int? index = null)
    {
        var request = BeginRequest(RTM_GETADDR, NLM_F_DUMP);
        request.Struct(new ifaddrmsg { ifa_family = family, ifa_index = StrictDump ? (uint)(index ?? 0) : 0 });
        return Dump(
            RTM_GETADDR,
            RTM_NEWADDR,
            (family, index),
            static (payload, filter) => AddressMessage.Matches(payload, filter.family, filter.index) ? AddressMessage.Parse(payload) : null,
            Errno.ENODEV);
    }

    /// <summary>The routes that a filter lets through. A table or link that is not there has none.</summary>
    public List<RouteMessage> DumpRoutes(RouteDumpFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var request = BeginRequest(RTM_GETROUTE, NLM_F_DUMP);
        request.Struct(new rtmsg
        {
            rtm_family = filter.Family,
            rtm_protocol = StrictDump ? filter.Protocol ?? 0 : (byte)0,
            rtm_type = StrictDump ? filter.Type ?? 0 : (byte)0,
        });
        if (StrictDump && filter.Table is { } table)
        {
            request.Attribute(RTA_TABLE, table);
        }

        if (StrictDump && filter.OutputInterface is { } output)
        {
            request.Attribute(RTA_OIF, output);
        }

        return Dump(
            RTM_GETROUTE,
            RTM_NEWROUTE,
            filter,
            static (payload, filter) => filter.Matches(payload) ? RouteMessage.Parse(payload) : null,
            Errno.ENOENT,
            Errno.ENODEV);
    }

    /// <summary>The rules of a family, in the order in which they are tried.</summary>
    public List<RuleMessage> DumpRules(byte family = AF_INET)
    {
        BeginRequest(RTM_GETRULE, NLM_F_DUMP).Struct(new fib_rule_hdr { family = family });
        return Dump(
            RTM_GETRULE,
            RTM_NEWRULE,
            family,
            static (payload, family) => family == AF_UNSPEC || payload is [var first, ..] && first == family ? RuleMessage.Parse(payload) : null);
    }

    /// <summary>The IP neighbours on a link.</summary>
    public List<NeighborMessage> DumpNeighbors(int index)
    {
        var request = BeginRequest(RTM_GETNEIGH, NLM_F_DUMP);
        request.Struct(default(ndmsg));
        request.Attribute(NDA_IFINDEX, index);
        return Dump(
            RTM_GETNEIGH,
            RTM_NEWNEIGH,
            index,
            static (payload, index) => NeighborMessage.Matches(payload, index) ? NeighborMessage.Parse(payload) : null,
            Errno.ENODEV);
    }

    /// <summary>The settings of every link, of <c>all</c> and of <c>default</c> (3.8).</summary>
    public List<NetconfMessage> DumpNetconf(byte family = AF_INET)
    {
        BeginRequest(RTM_GETNETCONF, NLM_F_DUMP).Struct(new netconfmsg { ncm_family = family });
        return Dump(RTM_GETNETCONF, RTM_NEWNETCONF, 0, static (payload, _) => NetconfMessage.Parse(payload));
    }

    /// <summary>All base chains of nf_tables, over a socket of NETLINK_NETFILTER.</summary>
    internal List<FilterChain> DumpBaseChains()
    {
        const ushort Get = (NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_GETCHAIN, New = (NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_NEWCHAIN;
        BeginRequest(Get, NLM_F_DUMP).Struct(default(nfgenmsg));
        return Dump(Get, New, 0, static (payload, _) => FilterChain.Parse(payload));
    }

    /// <summary>Sends the dump request in hand and reads what comes, again as long as the kernel says that it changed meanwhile.</summary>
    private List<T> Dump<T, TFilter>(
        ushort request, ushort reply, TFilter filter, Decoder<T, TFilter> decode, params ReadOnlySpan<int> emptyWhen)
        where T : class
    {
        string operation = MessageTypes.NameOf(request);
        var found = new List<T>();
        for (int attempt = 0; attempt < DumpAttempts; attempt++)
        {
            found.Clear();
            SendRequest(operation);
            try
            {
                if (ReadDump(operation, reply, filter, decode, found) == DumpOutcome.Complete)
                {
                    return found;
                }
            }
            catch (NetlinkException e) when (emptyWhen.Contains(e.Errno))
            {
                return [];
            }
            catch (MalformedMessageException)
            {
                // The kernel has a dump in hand until it is read to its end, and would refuse the next one with EBUSY.
                _endpoint.Drain();
                throw;
            }
        }

        throw new NetlinkException(operation, Errno.EAGAIN, "it changed each time it was read", sequence: _sequence);
    }

    private DumpOutcome ReadDump<T, TFilter>(string operation, ushort reply, TFilter filter, Decoder<T, TFilter> decode, List<T> found)
        where T : class
    {
        var outcome = DumpOutcome.Complete;
        while (true)
        {
            switch (_endpoint.Receive(wait: true, out var datagram))
            {
                case ReceiveStatus.Empty:
                    throw new NetlinkException(operation, Errno.ETIMEDOUT, sequence: _sequence);
                case ReceiveStatus.Overrun or ReceiveStatus.Truncated:
                    // The end of the dump may be what was lost.
                    _endpoint.Drain();
                    return DumpOutcome.Inconsistent;
            }

            var messages = new MessageReader(datagram);
            while (messages.MoveNext())
            {
                var header = messages.Header;
                if (!IsAnswer(in header, _sequence))
                {
                    continue;
                }

                if ((header.nlmsg_flags & NLM_F_DUMP_INTR) != 0)
                {
                    outcome = DumpOutcome.Inconsistent;
                }

                if (header.nlmsg_type == NLMSG_DONE || header.nlmsg_type == NLMSG_ERROR)
                {
                    var end = header.nlmsg_type == NLMSG_DONE
                        ? Answer.OfDone(in header, messages.Payload)
                        : Answer.OfError(in header, messages.Payload);
                    return end.Errno == 0 ? outcome : throw ToException(operation, end);
                }

                if (header.nlmsg_type == reply && decode(messages.Payload, filter) is { } item)
                {
                    found.Add(item);
                }
            }
        }
    }

    private NetlinkException ToException(string operation, Answer answer) =>
        new(operation, answer.Errno, answer.Message, answer.Offset, _sequence);
}
