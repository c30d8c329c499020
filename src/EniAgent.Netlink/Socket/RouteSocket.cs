namespace EniAgent.Netlink;

/// <summary>A connection to rtnetlink(7) for requests: batches of changes, dumps and lookups in the network namespace of the thread
/// that opened it. One caller at a time.</summary>
public sealed partial class RouteSocket : IDisposable
{
    /// <summary>How often a dump that the kernel calls inconsistent is read again.</summary>
    private const int DumpAttempts = 16;

    private readonly NetlinkEndpoint _endpoint;
    private readonly MessageBuffer _request = new();
    private uint _sequence;

    internal RouteSocket(NetlinkEndpoint endpoint) => _endpoint = endpoint;

    /// <summary>Whether errors come with the kernel's own words (4.12).</summary>
    public bool ExtendedAcks { get; private set; }

    /// <summary>Whether the kernel filters dumps and refuses what it does not know (4.20).</summary>
    public bool StrictDump { get; private set; }

    /// <summary>The port of this socket: events about its own changes carry it.</summary>
    public uint PortId => _endpoint.PortId;

    internal NetlinkEndpoint Endpoint => _endpoint;

    /// <summary>Opens a socket. It takes no privilege; changes take CAP_NET_ADMIN.</summary>
    /// <exception cref="NetlinkException">The kernel gives no socket.</exception>
    public static RouteSocket Open(NetlinkOptions? options = null) => OpenOver(NETLINK_ROUTE, options ?? NetlinkOptions.Default);

    /// <summary>The same for another part of the kernel, which is asked in the same way.</summary>
    internal static RouteSocket OpenOver(int protocol, NetlinkOptions options)
    {
        var endpoint = NetlinkEndpoint.Open(options, protocol);
        try
        {
            endpoint.Bind(groups: 0);
            var socket = new RouteSocket(endpoint);
            if (!options.DisableExtendedAcks)
            {
                socket.ExtendedAcks = endpoint.TryEnable(NETLINK_EXT_ACK);
                // Only spares the echo of the request in an error: nothing depends on it.
                _ = endpoint.TryEnable(NETLINK_CAP_ACK);
            }

            socket.StrictDump = !options.DisableStrictDump && endpoint.TryEnable(NETLINK_GET_STRICT_CHK);
            return socket;
        }
        catch
        {
            endpoint.Dispose();
            throw;
        }
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _endpoint.Dispose();

    /// <summary>Begins the one request that a dump or lookup sends.</summary>
    private MessageBuffer BeginRequest(ushort type, ushort flags)
    {
        _request.Truncate(0);
        _request.BeginMessage(type, flags);
        return _request;
    }

    /// <summary>Sends the request in hand under a new sequence number.</summary>
    private void SendRequest(string operation)
    {
        _request.EndMessage();
        _request.HeaderAt(0).nlmsg_seq = NextSequence();
        int errno = _endpoint.TrySend(_request.Written);
        if (errno != 0)
        {
            throw new NetlinkException(operation, errno, sequence: _sequence);
        }
    }

    /// <summary>Events have the number 0, so no request does.</summary>
    private uint NextSequence() => ++_sequence == 0 ? ++_sequence : _sequence;

    /// <summary>Whether a message answers the request with this number: an answer that came too late for an earlier one does not.</summary>
    private bool IsAnswer(in nlmsghdr header, uint sequence) => header.nlmsg_seq == sequence && header.nlmsg_pid == PortId;
}
