using System.Diagnostics;
using EniAgent.Netlink;
using EniAgent.Simulator.Kernel;

namespace EniAgent.Bench.Running;

/// <summary>Hears what the kernel tells of a namespace, and when.</summary>
internal sealed class Ear : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly RouteMonitor _monitor;
    private readonly Queue<(NetlinkEvent Event, long Time)> _heard = [];

    private Ear(RouteMonitor monitor) => _monitor = monitor;

    /// <summary>Listens from now on.</summary>
    public static Ear Open(NetworkNamespace inside, MonitorGroups groups) => new(inside.Run(() => RouteMonitor.Open(groups)));

    /// <summary>Waits for the next event of a kind, and returns the <see cref="Stopwatch"/> timestamp at which it came; what came before it is forgotten.</summary>
    public async Task<long> WhenAsync(Func<NetlinkEvent, bool> isMeant)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (true)
        {
            while (_heard.TryDequeue(out var heard))
            {
                if (isMeant(heard.Event))
                {
                    return heard.Time;
                }
            }

            await _monitor.WaitReadableAsync(deadline.Token);
            var now = Stopwatch.GetTimestamp();
            _monitor.Read(e => _heard.Enqueue((e, now)));
        }
    }

    public void Dispose() => _monitor.Dispose();
}
