namespace EniAgent.Netlink;

/// <summary>Requests to be sent together, each known by its index. It keeps its memory when cleared.
/// A message that cannot be written (a name too long, a port beyond 65535) throws <see cref="ArgumentException"/> or
/// <see cref="OverflowException"/> and leaves the batch as it was.</summary>
public sealed class RequestBatch
{
    private readonly MessageBuffer _buffer = new();
    private readonly List<int> _starts = [];

    /// <summary>How many requests there are.</summary>
    public int Count => _starts.Count;

    internal MessageBuffer Buffer => _buffer;

    /// <summary>Forgets all requests.</summary>
    public void Clear()
    {
        _buffer.Truncate(0);
        _starts.Clear();
    }

    /// <summary>The kernel's name of a request, such as <c>RTM_NEWADDR</c>.</summary>
    public string OperationAt(int index) => MessageTypes.NameOf(_buffer.HeaderAt(_starts[index]).nlmsg_type);

    /// <summary>Adds an address; EEXIST when it is there.</summary>
    /// <returns>The index of the request.</returns>
    public int AddAddress(AddressMessage address) => Append(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, address);

    /// <summary>Deletes an address; EADDRNOTAVAIL when it is not there.</summary>
    /// <returns>The index of the request.</returns>
    public int DeleteAddress(AddressMessage address) => Append(RTM_DELADDR, 0, address);

    /// <summary>Adds a route.</summary>
    /// <returns>The index of the request.</returns>
    public int AddRoute(RouteMessage route, RouteAddMode mode = RouteAddMode.CreateExclusive) => Append(
        RTM_NEWROUTE,
        mode switch
        {
            RouteAddMode.CreateExclusive => NLM_F_CREATE | NLM_F_EXCL,
            RouteAddMode.Replace => NLM_F_CREATE | NLM_F_REPLACE,
            RouteAddMode.Append => NLM_F_CREATE | NLM_F_APPEND,
            _ => throw new ArgumentOutOfRangeException(nameof(mode)),
        },
        route);

    /// <summary>Deletes the first route that agrees in all that the message says; ESRCH when there is none. Of an IPv4 route a
    /// protocol of 0, a type of 0 and a scope of RT_SCOPE_NOWHERE agree with any.</summary>
    /// <returns>The index of the request.</returns>
    public int DeleteRoute(RouteMessage route) => Append(RTM_DELROUTE, 0, route);

    /// <summary>Adds a rule; EEXIST when an equal one is there.</summary>
    /// <returns>The index of the request.</returns>
    public int AddRule(RuleMessage rule) => Append(RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, rule);

    /// <summary>Deletes the first rule that agrees in all that the message says, the protocol included; ENOENT when there is none.</summary>
    /// <returns>The index of the request.</returns>
    public int DeleteRule(RuleMessage rule) => Append(RTM_DELRULE, 0, rule);

    /// <summary>Sets a link up or down, or its group, or both; what is null stays.</summary>
    /// <param name="index">Index of the link.</param>
    /// <param name="up">Whether it is to be up.</param>
    /// <param name="group">Its link group.</param>
    /// <returns>The index of the request.</returns>
    public int SetLink(int index, bool? up = null, uint? group = null)
    {
        // With index 0 and a group, the kernel would change every link of that group.
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(index);
        int request = Begin(RTM_SETLINK, 0);
        _buffer.Struct(new ifinfomsg
        {
            ifi_index = index,
            ifi_flags = up == true ? IFF_UP : 0,
            ifi_change = up is null ? 0 : IFF_UP,
        });
        if (group is { } value)
        {
            _buffer.Attribute(IFLA_GROUP, value);
        }

        _buffer.EndMessage();
        return request;
    }

    /// <summary>Deletes a link that software made; EOPNOTSUPP for hardware.</summary>
    /// <returns>The index of the request.</returns>
    public int DeleteLink(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(index);
        int request = Begin(RTM_DELLINK, 0);
        _buffer.Struct(new ifinfomsg { ifi_index = index });
        _buffer.EndMessage();
        return request;
    }

    /// <summary>Has the kernel resolve a neighbour as if a packet were to be sent to it (NTF_USE). The answer comes before the
    /// resolution ends: see <see cref="RouteSocket.DumpNeighbors"/>.</summary>
    /// <param name="index">Index of the link.</param>
    /// <param name="address">The neighbour's address.</param>
    /// <returns>The index of the request.</returns>
    public int UseNeighbor(int index, InetAddress address)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(index);
        int request = Begin(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE);
        _buffer.Struct(new ndmsg { ndm_family = address.Family, ndm_ifindex = index, ndm_flags = NTF_USE });
        _buffer.Attribute(NDA_DST, address);
        _buffer.EndMessage();
        return request;
    }

    /// <summary>Where a request begins in the buffer; for <see cref="Count"/>, where the last one ends.</summary>
    internal int StartOf(int index) => index == Count ? _buffer.Length : _starts[index];

    private int Append<T>(ushort type, ushort flags, T body)
        where T : IRequestBody
    {
        int start = _buffer.Length;
        int request = Begin(type, flags);
        try
        {
            body.Write(_buffer);
        }
        catch
        {
            _buffer.Truncate(start);
            _starts.RemoveAt(request);
            throw;
        }

        _buffer.EndMessage();
        return request;
    }

    private int Begin(ushort type, ushort flags)
    {
        _starts.Add(_buffer.Length);
        _buffer.BeginMessage(type, flags);
        return _starts.Count - 1;
    }
}
