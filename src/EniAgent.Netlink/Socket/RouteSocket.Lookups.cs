namespace EniAgent.Netlink;

/// <content>Single objects.</content>
public sealed partial class RouteSocket
{
    /// <summary>The link with an index, or null.</summary>
    public LinkMessage? GetLink(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(index);
        var request = BeginRequest(RTM_GETLINK, 0);
        request.Struct(new ifinfomsg { ifi_index = index });
        request.Attribute(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
        return Get(RTM_GETLINK, RTM_NEWLINK, LinkMessage.Parse, Errno.ENODEV);
    }

    /// <summary>The link with a name, or null.</summary>
    /// <exception cref="ArgumentException">No interface can have that name.</exception>
    public LinkMessage? GetLink(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var request = BeginRequest(RTM_GETLINK, 0);
        request.Struct(default(ifinfomsg));
        request.InterfaceName(IFLA_IFNAME, name);
        request.Attribute(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
        return Get(RTM_GETLINK, RTM_NEWLINK, LinkMessage.Parse, Errno.ENODEV);
    }

    /// <summary>The route that a packet would take (<c>ip route get</c>), or null where there is none (ENETUNREACH, EHOSTUNREACH).</summary>
    /// <exception cref="NetlinkException">Another error; of rules and routes themselves: EACCES (prohibit), EINVAL (blackhole).</exception>
    public RouteMessage? GetRoute(RouteLookup lookup)
    {
        ArgumentNullException.ThrowIfNull(lookup);
        byte bits = (byte)(lookup.Destination.ByteLength * 8);
        var request = BeginRequest(RTM_GETROUTE, 0);
        request.Struct(new rtmsg
        {
            rtm_family = lookup.Destination.Family,
            rtm_dst_len = bits,
            rtm_src_len = lookup.Source is { IsNone: false } ? bits : (byte)0,
            rtm_flags = RTM_F_LOOKUP_TABLE | (lookup.FibMatch ? RTM_F_FIB_MATCH : 0),
        });
        request.Attribute(RTA_DST, lookup.Destination);
        if (lookup.Source is { IsNone: false } source)
        {
            request.Attribute(RTA_SRC, source);
        }

        if (lookup.InputInterface is { } input)
        {
            request.Attribute(RTA_IIF, input);
        }

        if (lookup.OutputInterface is { } output)
        {
            request.Attribute(RTA_OIF, output);
        }

        if (lookup.Mark is { } mark)
        {
            request.Attribute(RTA_MARK, mark);
        }

        return Get(RTM_GETROUTE, RTM_NEWROUTE, RouteMessage.Parse, Errno.ENETUNREACH, Errno.EHOSTUNREACH);
    }

    private delegate T Parser<out T>(ReadOnlySpan<byte> payload);

    /// <summary>Sends the request in hand, to which one message is the answer.</summary>
    private T? Get<T>(ushort request, ushort reply, Parser<T> parse, params ReadOnlySpan<int> nullWhen)
        where T : class
    {
        string operation = MessageTypes.NameOf(request);
        SendRequest(operation);
        while (true)
        {
            switch (_endpoint.Receive(wait: true, out var datagram))
            {
                case ReceiveStatus.Empty:
                    throw new NetlinkException(operation, Errno.ETIMEDOUT, sequence: _sequence);
                case ReceiveStatus.Overrun or ReceiveStatus.Truncated:
                    // The read buffer has grown where that was the reason.
                    _endpoint.Drain();
                    SendRequest(operation);
                    continue;
            }

            var messages = new MessageReader(datagram);
            while (messages.MoveNext())
            {
                var header = messages.Header;
                if (!IsAnswer(in header, _sequence))
                {
                    continue;
                }

                if (header.nlmsg_type == NLMSG_ERROR)
                {
                    var answer = Answer.OfError(in header, messages.Payload);
                    return nullWhen.Contains(answer.Errno) ? null : throw ToException(operation, answer);
                }

                if (header.nlmsg_type == reply)
                {
                    return parse(messages.Payload);
                }
            }
        }
    }
}
