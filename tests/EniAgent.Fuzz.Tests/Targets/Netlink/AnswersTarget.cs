using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using CsCheck;
using EniAgent.Fuzz.Tests.Harness;
using EniAgent.IO;
using EniAgent.Netlink;
using EniAgent.Netlink.Tests.Codec;
using Tmds.Linux;
using static EniAgent.Netlink.NetlinkUapi;

namespace EniAgent.Fuzz.Tests.Targets.Netlink;

/// <summary>
/// A socket whose requests are answered by the input, and by a proper end behind it: every call ends, with a result or with a
/// <see cref="NetlinkException"/>. The first byte chooses the call.
/// </summary>
internal sealed unsafe class AnswersTarget : FuzzTarget
{
    private static readonly Action<RouteSocket>[] Calls =
    [
        static socket => socket.DumpLinks(),
        static socket => socket.DumpAddresses(0),
        static socket => socket.DumpRoutes(new RouteDumpFilter { Family = 0, Table = 31001, OutputInterface = 3 }),
        static socket => socket.DumpRules(0),
        static socket => socket.DumpNeighbors(3),
        static socket => socket.DumpNetconf(),
        static socket => socket.GetLink(3),
        static socket => socket.GetRoute(new RouteLookup { Destination = InetAddress.Parse("10.0.3.1") }),
        static socket => Execute(socket),
    ];

    private readonly Socket _kernel;
    private readonly RouteSocket _client;
    private readonly byte[] _requests = new byte[64 << 10];
    private uint _sequence;

    public AnswersTarget()
    {
        var ends = stackalloc int[2];
        Assert.Equal(0, LibC.socketpair(LibC.AF_UNIX, LibC.SOCK_DGRAM | LibC.SOCK_CLOEXEC, 0, ends));
        _client = new RouteSocket(NetlinkEndpoint.Over(new Descriptor(ends[0]), NetlinkOptions.Default with { AnswerTimeout = TimeSpan.FromMilliseconds(1) }));
        _kernel = new Socket(new SafeSocketHandle(ends[1], true)) { Blocking = false };
    }

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Seeds => [.. Capture.Names.Select(Capture.Read).SelectMany(message => Enumerable.Range(0, Calls.Length).Select(call => (byte[])[(byte)call, .. message]))];

    /// <inheritdoc/>
    public override int Share => 20_000;

    /// <inheritdoc/>
    public override Gen<byte[]> Inputs(IReadOnlyList<byte[]> seeds)
    {
        var call = Gen.Int[0, Calls.Length - 1];
        var messages = new MessageMutations([.. seeds.Where(seed => seed.Length > NLMSG_HDRLEN).Select(seed => seed[1..])]);
        return Gen.Select(call, messages, static (call, message) => (byte[])[(byte)call, .. message]);
    }

    /// <inheritdoc/>
    public override void Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        _sequence++;
        _kernel.Send(Stamped(input.AsSpan(1)));

        // The end of a dump, and the answer to a request; a dump that is said to have changed is asked for again.
        foreach (var (type, sequence) in new[] { (NLMSG_DONE, _sequence), (NLMSG_ERROR, _sequence), (NLMSG_ERROR, _sequence + 1), (NLMSG_DONE, _sequence + 1) })
        {
            _kernel.Send(End(type, sequence));
        }

        try
        {
            Calls[input[0] % Calls.Length](_client);
        }
        catch (NetlinkException)
        {
        }

        _client.Endpoint.Drain();
        while (_kernel.Poll(0, SelectMode.SelectRead) && _kernel.Receive(_requests) is > 0 and var length)
        {
            var requests = new MessageReader(_requests.AsSpan(0, length));
            while (requests.MoveNext())
            {
                _sequence = Math.Max(_sequence, requests.Header.nlmsg_seq);
            }
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _client.Dispose();
        _kernel.Dispose();
        base.Dispose();
    }

    private static void Execute(RouteSocket socket)
    {
        var batch = new RequestBatch();
        batch.AddRule(new RuleMessage { Family = SocketUapi.AF_INET, Priority = 1, Table = 7 });
        batch.AddRule(new RuleMessage { Family = SocketUapi.AF_INET, Priority = 2, Table = 7 });
        Assert.Equal(2, socket.Execute(batch).Length);
    }

    // Every other message answers the request, the others as they are.
    private byte[] Stamped(ReadOnlySpan<byte> datagram)
    {
        var bytes = datagram.ToArray();
        for (var at = 0; at + NLMSG_HDRLEN <= bytes.Length;)
        {
            var header = MemoryMarshal.Read<nlmsghdr>(bytes.AsSpan(at));
            if ((header.nlmsg_seq & 1) == 0 || header.nlmsg_type >= 16)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at + 8), _sequence + (header.nlmsg_flags & 1u));
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at + 12), 0);
            }

            at += Align((int)Math.Clamp(header.nlmsg_len, NLMSG_HDRLEN, (uint)bytes.Length));
        }

        return bytes;
    }

    private static byte[] End(ushort type, uint sequence)
    {
        var message = new byte[NLMSG_HDRLEN + sizeof(int) + NLMSG_HDRLEN];
        MemoryMarshal.Write(message, new nlmsghdr { nlmsg_len = (uint)message.Length, nlmsg_type = type, nlmsg_flags = NLM_F_MULTI, nlmsg_seq = sequence });
        return message;
    }
}
