using EniAgent.Netlink.Tests.Scripted;
using Tmds.Linux;
using static EniAgent.Netlink.Tests.Kernel.InNamespace;

namespace EniAgent.Netlink.Tests.Kernel;

/// <summary>Who knows a socket's port can send to it: only the kernel is believed.</summary>
[Trait("Needs", "root")]
public sealed class StrangersTests
{
    [Fact]
    public unsafe void Forged_answers_are_not_taken_for_the_kernels() => Run(() =>
    {
        using var socket = RouteSocket.Open();
        using var forger = NetlinkEndpoint.Open(NetlinkOptions.Default);
        Assert.NotEmpty(socket.DumpLinks());
        var target = new sockaddr_nl { nl_family = 16, nl_pid = socket.PortId };

        // A refusal of what is asked next, and an end of what is listed next.
        foreach (byte[] forged in (byte[][])[ScriptedKernel.Error(2, Errno.EPERM), ScriptedKernel.Done(2)])
        {
            fixed (byte* bytes = forged)
            {
                Assert.Equal(forged.Length, (int)LibC.sendto(forger.Descriptor.Number, bytes, forged.Length, 0, (sockaddr*)&target, sizeof(sockaddr_nl)));
            }
        }

        Assert.Equal(ReceiveStatus.Empty, socket.Endpoint.Receive(wait: false, out _));
    });
}
