using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Planning;
using EniAgent.Netlink;

namespace EniAgent.Linux.Kernel;

/// <summary>The kernel's network stack in the current network namespace, over rtnetlink and /proc/sys.</summary>
public sealed class LinuxNetworkStack : INetworkStack, IDisposable
{
    // The kernel asks the neighbour by its own clock; this is how often we look for the answer.
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(10);

    private readonly RouteSocket _socket;
    private readonly KernelObserver _observer;
    private readonly StepExecutor _executor;

    private LinuxNetworkStack(RouteSocket socket, KernelFeatures features)
    {
        _socket = socket;
        _observer = new KernelObserver(socket);
        _executor = new StepExecutor(socket);
        Features = features;
    }

    /// <inheritdoc/>
    public KernelFeatures Features { get; }

    /// <summary>Opens the stack.</summary>
    /// <param name="probePriority">A priority at which a rule may be tried that can match nothing; null for who only looks, and tries nothing.</param>
    /// <param name="without">The value of <see cref="FeatureProbe.WithoutVariable"/>.</param>
    /// <exception cref="NetworkStackException">The kernel does not give us a netlink socket, or does not let us change anything.</exception>
    public static LinuxNetworkStack Open(uint? probePriority, string? without) => Guard(() =>
    {
        var features = FeatureProbe.Assume(Environment.OSVersion.Version, without);
        var socket = RouteSocket.Open(new NetlinkOptions { DisableStrictDump = !features.StrictDump });
        if (probePriority is not { } priority)
        {
            return new LinuxNetworkStack(socket, without is null ? FeatureProbe.See(socket.DumpRules(2), features) : features);
        }

        FeatureProbe.RequirePrivilege(socket, priority);
        return new LinuxNetworkStack(socket, FeatureProbe.Probe(socket, features, without, priority));
    });

    /// <inheritdoc/>
    public ObservedState Observe(ObserveRequest request) => Guard(() => _observer.Observe(request));

    /// <inheritdoc/>
    public IReadOnlyList<StepOutcome> Apply(IReadOnlyList<Step> steps) => Guard(() => _executor.Apply(steps));

    /// <inheritdoc/>
    public async Task<bool> ResolvesAsync(int linkIndex, IpAddress address, CancellationToken cancellationToken)
    {
        var neighbour = KernelMapping.ToNetlink(address);
        var batch = new RequestBatch();
        batch.UseNeighbor(linkIndex, neighbour);
        while (!cancellationToken.IsCancellationRequested)
        {
            Guard(() => _socket.Execute(batch));
            if (Guard(() => _socket.DumpNeighbors(linkIndex)).Any(n => n.Address == neighbour && n.IsResolved))
            {
                return true;
            }

            await Task.Delay(AskAgain, CancellationToken.None).ConfigureAwait(false);
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (NetlinkException e)
        {
            throw new NetworkStackException(e.Message, ErrnoPolicy.KindOf(e.Errno), e);
        }
    }
}
