using EniAgent.Core.Addressing;
using EniAgent.Core.Desired;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using EniAgent.Linux.Kernel;
using EniAgent.Persistence.Files;
using EniAgent.Reconciliation;
using EniAgent.Reporting;

namespace EniAgent.Doctor;

/// <summary>The facts, gathered once: what metadata says, what would be changed, and how to ask kernel and files for more.</summary>
internal sealed class Examination
{
    /// <summary>In which findings are put into words.</summary>
    public required Language Language { get; set; }

    public required AgentOptions Options { get; init; }

    /// <summary>Why there is no answer of metadata's; null for an answer.</summary>
    public MetadataResult.Failure? MetadataFailure { get; init; }

    /// <summary>How long one request to metadata took.</summary>
    public TimeSpan MetadataTime { get; init; }

    /// <summary>What is believed, also from an earlier answer of metadata's; null where it has never answered.</summary>
    public Belief? Belief { get; init; }

    /// <summary>What would be changed; null without a belief.</summary>
    public ReconcileResult? Result { get; init; }

    public required INetworkInspector Kernel { get; init; }

    public required KernelFeatures Features { get; init; }

    public required IFileTree Files { get; init; }

    /// <summary>Below which the files are.</summary>
    public string Root { get; init; } = "/";

    /// <summary>Files and folders that may not be read by who looks.</summary>
    public IReadOnlyList<string> NotSeen { get; init; } = [];

    public required MachineFacts Machine { get; init; }

    /// <summary>The memory of another instance: this machine was made from an image of that one.</summary>
    public bool IsClone { get; init; }

    /// <summary>The instance that the memory is of.</summary>
    public string FormerInstance { get; init; } = "";

    /// <summary>A process ended in the middle of changes, and none has looked after them.</summary>
    public bool IsInterrupted { get; init; }

    /// <summary>Whether nothing was hidden: else what seems to differ may not.</summary>
    public bool SeesAll => Machine.IsRoot && NotSeen.Count == 0;

    /// <summary>What has the agent converge: the daemon where it runs.</summary>
    public string Converge => Machine.DaemonPid is null ? "eni-agent sync" : "systemctl reload eni-agent";

    /// <summary>The ENIs that are configured.</summary>
    public IReadOnlyList<DesiredEni> Managed => Result is null ? [] : [.. Result.Desired.Enis.Where(eni => eni.Condition == EniCondition.Managed)];

    /// <summary>Every ENI that is attached or believed to be.</summary>
    public IReadOnlyList<DesiredEni> Enis => Result?.Desired.Enis ?? [];

    /// <summary>Every link, as it was when first asked for.</summary>
    public IReadOnlyList<Link> Links => _links ??= Kernel.Links();

    public string LinkName(int index) => Links.FirstOrDefault(link => link.Index == index)?.Name ?? $"#{index}";

    /// <summary>Whether an address stands where it must.</summary>
    public bool IsPresent(DesiredEni eni, IpAddress address) => AllOf(address).Any(a => a.LinkIndex == eni.Link!.Index);

    /// <summary>An address on each link on which it stands.</summary>
    public IReadOnlyList<LinkAddress> AllOf(IpAddress address)
    {
        if (_addresses is null)
        {
            // There may be thousands, and each is asked for.
            _addresses = [];
            foreach (var standing in Result!.Observed.Addresses)
            {
                if (!_addresses.TryGetValue(standing.Address.Address, out var same))
                {
                    _addresses.Add(standing.Address.Address, same = []);
                }

                same.Add(standing);
            }
        }

        return _addresses.TryGetValue(address, out var found) ? found : [];
    }

    private IReadOnlyList<Link>? _links;
    private Dictionary<IpAddress, List<LinkAddress>>? _addresses;
}
