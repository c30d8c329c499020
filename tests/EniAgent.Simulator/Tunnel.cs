using System.Net;
using EniAgent.Simulator.Kernel;
using EniAgent.Simulator.Probes;

namespace EniAgent.Simulator;

/// <summary>A tun device in the guest, as a VPN leaves it: tun0 with 10.8.0.2, and 10.99.0.0/16 behind it, where every address answers echo requests.</summary>
public sealed class Tunnel : IAsyncDisposable
{
    private const int PollMilliseconds = 20;

    private readonly int _descriptor;
    private readonly Thread _responder;
    private volatile bool _stopped;

    private Tunnel(int descriptor)
    {
        _descriptor = descriptor;
        _responder = new Thread(Respond, 256 * 1024) { IsBackground = true, Name = "tunnel" };
        _responder.Start();
    }

    /// <summary>An address at the far end.</summary>
    public IPAddress FarAddress { get; } = IPAddress.Parse("10.99.0.1");

    /// <summary>The guest's own address in the tunnel.</summary>
    public IPAddress NearAddress { get; } = IPAddress.Parse("10.8.0.2");

    /// <summary>Adds the device with its address and route.</summary>
    public static async Task<Tunnel> AddAsync(Guest guest)
    {
        var tunnel = new Tunnel(guest.Namespace.Run(() => TunDevice.Open("tun0")));
        guest.Vpc.Own(tunnel);
        await guest.IpAsync(
            "addr add 10.8.0.2 peer 10.8.0.1 dev tun0",
            "link set tun0 up",
            "route add 10.99.0.0/16 via 10.8.0.1 dev tun0");
        return tunnel;
    }

    /// <summary>Closes the device, which makes it disappear.</summary>
    public ValueTask DisposeAsync()
    {
        if (!_stopped)
        {
            _stopped = true;
            _responder.Join();
            _ = Native.close(_descriptor);
        }
        return ValueTask.CompletedTask;
    }

    private unsafe void Respond()
    {
        var buffer = stackalloc byte[2048];
        while (!_stopped)
        {
            var poll = new Native.PollFd { fd = _descriptor, events = Native.POLLIN };
            if (Native.poll(&poll, 1, PollMilliseconds) <= 0)
            {
                continue;
            }
            var length = (int)Native.read(_descriptor, buffer, 2048);
            if (length > 0 && TunDevice.TurnAround(new Span<byte>(buffer, length)))
            {
                _ = Native.write(_descriptor, buffer, (nuint)length);
            }
        }
    }
}
