using EniAgent.IO;

namespace EniAgent.Netlink;

/// <summary>Hears what changes in the network namespace of the thread that opened it. One caller at a time.</summary>
public sealed class RouteMonitor : IDisposable
{
    private readonly NetlinkEndpoint _endpoint;

    private RouteMonitor(NetlinkEndpoint endpoint) => _endpoint = endpoint;

    internal NetlinkEndpoint Endpoint => _endpoint;

    /// <summary>Opens a monitor. It takes no privilege.</summary>
    /// <param name="groups">What to hear of.</param>
    /// <param name="filter">What of it to be woken for; it holds from the first event on.</param>
    /// <param name="options">How to open the socket.</param>
    /// <exception cref="NetlinkException">The kernel gives no socket, or does not take the filter.</exception>
    public static RouteMonitor Open(MonitorGroups groups = MonitorGroups.IPv4, EventFilter? filter = null, NetlinkOptions? options = null)
    {
        var endpoint = NetlinkEndpoint.Open(options ?? NetlinkOptions.Default);
        try
        {
            if (filter is not null)
            {
                endpoint.AttachFilter(EventFilterProgram.Compile(filter));
            }

            endpoint.Bind((uint)groups);
            return new RouteMonitor(endpoint);
        }
        catch
        {
            endpoint.Dispose();
            throw;
        }
    }

    /// <summary>Replaces the filter. Events that are queued already stay.</summary>
    /// <exception cref="NetlinkException">The kernel does not take it.</exception>
    /// <exception cref="ArgumentException">It names more links than a program can hold (some 500).</exception>
    public void SetFilter(EventFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        _endpoint.AttachFilter(EventFilterProgram.Compile(filter));
    }

    /// <summary>Waits until <see cref="Read"/> has something to give, or something to complain of.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The monitor was closed.</exception>
    public Task WaitReadableAsync(CancellationToken cancellationToken) => Reactor.Shared.WaitAsync(_endpoint.Descriptor, Readiness.Readable, cancellationToken);

    /// <summary>Gives all events that are there, without waiting. Lost events are an <see cref="OverrunEvent"/>, never an exception.</summary>
    /// <param name="handler">Called for each; what it throws comes out of here, and the rest of that datagram is lost.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="NetlinkException">The socket failed.</exception>
    public int Read(Action<NetlinkEvent> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        int count = 0;
        while (true)
        {
            switch (_endpoint.Receive(wait: false, out var datagram))
            {
                case ReceiveStatus.Empty:
                    return count;
                case ReceiveStatus.Overrun:
                    handler(new OverrunEvent(OverrunReason.BufferFull));
                    count++;
                    break;
                case ReceiveStatus.Truncated:
                    handler(new OverrunEvent(OverrunReason.TooLong));
                    count++;
                    break;
                default:
                    count += Decode(datagram, handler);
                    break;
            }
        }
    }

    /// <summary>Closes the socket; a wait ends with an exception.</summary>
    public void Dispose()
    {
        Reactor.Shared.Forget(_endpoint.Descriptor);
        _endpoint.Dispose();
    }

    /// <summary>Decodes a datagram up to its end or to what cannot be decoded, which is told as a loss.</summary>
    internal static int Decode(ReadOnlySpan<byte> datagram, Action<NetlinkEvent> handler)
    {
        int count = 0;
        var messages = new MessageReader(datagram);
        while (true)
        {
            NetlinkEvent? decoded;
            try
            {
                if (!messages.MoveNext())
                {
                    return count;
                }

                decoded = Decode(messages.Header, messages.Payload);
            }
            catch (MalformedMessageException)
            {
                handler(new OverrunEvent(OverrunReason.Malformed));
                return count + 1;
            }

            if (decoded is not null)
            {
                handler(decoded);
                count++;
            }
        }
    }

    private static NetlinkEvent? Decode(nlmsghdr header, ReadOnlySpan<byte> payload) => header.nlmsg_type switch
    {
        // A bridge tells of its ports in link messages too, where "deleted" means "no longer a port".
        RTM_NEWLINK or RTM_DELLINK when payload is [AF_UNSPEC, ..] =>
            new LinkEvent(LinkMessage.Parse(payload), header.nlmsg_type == RTM_DELLINK, header.nlmsg_pid),
        RTM_NEWADDR or RTM_DELADDR =>
            new AddressEvent(AddressMessage.Parse(payload), header.nlmsg_type == RTM_DELADDR, header.nlmsg_pid),
        RTM_NEWROUTE or RTM_DELROUTE =>
            new RouteEvent(RouteMessage.Parse(payload), header.nlmsg_type == RTM_DELROUTE, header.nlmsg_pid),
        RTM_NEWRULE or RTM_DELRULE =>
            new RuleEvent(RuleMessage.Parse(payload), header.nlmsg_type == RTM_DELRULE, header.nlmsg_pid),
        RTM_NEWNETCONF or RTM_DELNETCONF =>
            new NetconfEvent(NetconfMessage.Parse(payload), header.nlmsg_type == RTM_DELNETCONF),
        _ => null,
    };
}
