using EniAgent.Core.Addressing;
using EniAgent.Core.Planning;

namespace EniAgent.Core.Kernel;

/// <summary>
/// The port to the kernel's network configuration. Calls are synchronous: the kernel answers a netlink request before the call that sent it returns.
/// </summary>
public interface INetworkStack
{
    /// <summary>What this kernel can do.</summary>
    KernelFeatures Features { get; }

    /// <summary>Reads the kernel's state.</summary>
    /// <exception cref="NetworkStackException">The kernel did not give a consistent answer.</exception>
    ObservedState Observe(ObserveRequest request);

    /// <summary>
    /// Carries the steps out in order, many a system call. Steps of one phase may go out together; when a step fails, later phases leave its ENI out.
    /// </summary>
    /// <returns>One outcome a step, in the order of <paramref name="steps"/>.</returns>
    IReadOnlyList<StepOutcome> Apply(IReadOnlyList<Step> steps);

    /// <summary>Whether the neighbour at <paramref name="address"/> answers for its address on a link; asks it anew where that is not known.</summary>
    /// <param name="linkIndex">The link.</param>
    /// <param name="address">The neighbour's address, e.g. a gateway.</param>
    /// <param name="cancellationToken">Gives up: the answer is then false.</param>
    Task<bool> ResolvesAsync(int linkIndex, IpAddress address, CancellationToken cancellationToken);
}

/// <summary>What became of a step.</summary>
/// <param name="Step">The step.</param>
/// <param name="Failure">Null when it is done; else why it failed, or that it was left out because an earlier step of its ENI failed.</param>
public sealed record StepOutcome(Step Step, StepFailure? Failure);

/// <summary>Why a step failed.</summary>
/// <param name="Kind">The kind, which alone decides about a retry.</param>
/// <param name="Message">The operation, the errno's name and the kernel's own words.</param>
public sealed record StepFailure(FailureKind Kind, string Message);

/// <summary>The kinds of failure.</summary>
public enum FailureKind
{
    /// <summary>Worth another try soon: the link went away, memory was short.</summary>
    Transient,

    /// <summary>Permission: EPERM, EACCES.</summary>
    Denied,

    /// <summary>This kernel cannot do it.</summary>
    Unsupported,

    /// <summary>The kernel calls the request invalid.</summary>
    Invalid,

    /// <summary>Something that somebody else put there is in the way.</summary>
    Conflict,

    /// <summary>Left out, because an earlier step of the same ENI failed.</summary>
    Skipped,
}

/// <summary>The kernel's state could not be read.</summary>
public sealed class NetworkStackException : Exception
{
    /// <summary>Creates the exception.</summary>
    public NetworkStackException(string message, FailureKind kind, Exception? inner = null)
        : base(message, inner) => Kind = kind;

    /// <summary>The kind of failure.</summary>
    public FailureKind Kind { get; }
}
