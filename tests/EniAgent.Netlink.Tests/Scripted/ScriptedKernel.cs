using System.Net.Sockets;
using System.Runtime.InteropServices;
using EniAgent.IO;
using Tmds.Linux;

namespace EniAgent.Netlink.Tests.Scripted;

/// <summary>The other end of a socket, which answers requests as a script says: what a real kernel does too rarely to wait for.</summary>
internal sealed unsafe class ScriptedKernel : IDisposable
{
    private readonly Socket _kernel;
    private readonly Thread _thread;

    /// <param name="script">What a datagram of requests is answered with, given how many came before it.</param>
    /// <param name="options">How the client's end is opened.</param>
    public ScriptedKernel(Func<int, Request[], IEnumerable<byte[]>> script, NetlinkOptions? options = null)
    {
        int* ends = stackalloc int[2];
        Assert.Equal(0, LibC.socketpair(LibC.AF_UNIX, LibC.SOCK_DGRAM | LibC.SOCK_CLOEXEC, 0, ends));
        Client = new RouteSocket(NetlinkEndpoint.Over(new Descriptor(ends[0]), options ?? NetlinkOptions.Default));
        _kernel = new Socket(new SafeSocketHandle(ends[1], true));
        _thread = new Thread(() => Serve(script));
        _thread.Start();
    }

    public RouteSocket Client { get; }

    /// <summary>How many datagrams of requests came.</summary>
    public int Datagrams { get; private set; }

    public void Dispose()
    {
        Client.Dispose();
        _kernel.Shutdown(SocketShutdown.Both);
        _thread.Join();
        _kernel.Dispose();
    }

    /// <summary>A message as the kernel sends it.</summary>
    public static byte[] Message(ushort type, ushort flags, uint sequence, ReadOnlySpan<byte> payload)
    {
        byte[] message = new byte[NetlinkUapi.Align(NetlinkUapi.NLMSG_HDRLEN + payload.Length)];
        MemoryMarshal.Write(message, new nlmsghdr
        {
            nlmsg_len = (uint)(NetlinkUapi.NLMSG_HDRLEN + payload.Length), nlmsg_type = type, nlmsg_flags = flags, nlmsg_seq = sequence,
        });
        payload.CopyTo(message.AsSpan(NetlinkUapi.NLMSG_HDRLEN));
        return message;
    }

    /// <summary>The end of a dump.</summary>
    public static byte[] Done(uint sequence, int errno = 0, ushort flags = 0) =>
        Message(NetlinkUapi.NLMSG_DONE, (ushort)(NetlinkUapi.NLM_F_MULTI | flags), sequence, BitConverter.GetBytes(-errno));

    /// <summary>An answer without the kernel's words.</summary>
    public static byte[] Error(uint sequence, int errno)
    {
        byte[] payload = new byte[sizeof(int) + NetlinkUapi.NLMSG_HDRLEN];
        BitConverter.TryWriteBytes(payload, -errno);
        return Message(NetlinkUapi.NLMSG_ERROR, NetlinkUapi.NLM_F_CAPPED, sequence, payload);
    }

    /// <summary>A part of a dump of links: one link with an index.</summary>
    public static byte[] Link(uint sequence, int index, ushort flags = 0)
    {
        byte[] payload = new byte[Marshal.SizeOf<ifinfomsg>()];
        MemoryMarshal.Write(payload, new ifinfomsg { ifi_index = index });
        return Message(RtnetlinkUapi.RTM_NEWLINK, (ushort)(NetlinkUapi.NLM_F_MULTI | flags), sequence, payload);
    }

    private void Serve(Func<int, Request[], IEnumerable<byte[]>> script)
    {
        byte[] buffer = new byte[1 << 20];
        int length;
        while ((length = _kernel.Receive(buffer)) > 0)
        {
            var requests = new List<Request>();
            var messages = new MessageReader(buffer.AsSpan(0, length));
            while (messages.MoveNext())
            {
                requests.Add(new Request(messages.Header.nlmsg_type, messages.Header.nlmsg_seq, messages.Header.nlmsg_flags));
            }

            foreach (byte[] answer in script(Datagrams++, [.. requests]))
            {
                _kernel.Send(answer);
            }
        }
    }

    internal sealed record Request(ushort Type, uint Sequence, ushort Flags);
}
