using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using EniAgent.Core.Ownership;
using EniAgent.Core.Planning;

namespace EniAgent.MicroBench;

/// <summary>A machine with ENIs in a subnet each, on paper.</summary>
internal sealed class Machine
{
    public Machine(int enis, int addresses)
    {
        var all = Enumerable.Range(0, enis).Select(i => Eni(i, addresses)).ToArray();
        var snapshot = new MetadataSnapshot { InstanceId = "ins-0a1b2c3d", PrimaryMac = all[0].Mac, Enis = [.. all] };
        Belief = new Belief(snapshot, [], [], null);
        State = PersistentState.Empty with { Slots = Slots.Assign(PersistentState.Empty.Slots, snapshot) };
        Bare = new ObservedState
        {
            Links = [.. all.Select((eni, i) => new Link { Index = i + 2, Name = $"eth{i}", Mac = eni.Mac })],
            Sysctls = all.SelectMany((_, i) => SysctlKey.Names.Select(name => new SysctlKey($"eth{i}", name))).ToDictionary(key => key, _ => 0),
        };
    }

    public AgentOptions Options { get; } = new();

    public Belief Belief { get; }

    public PersistentState State { get; }

    /// <summary>What the kernel has before the agent has run.</summary>
    public ObservedState Bare { get; }

    /// <summary>What the kernel has after some steps.</summary>
    public static ObservedState After(ObservedState before, IReadOnlyList<Step> steps)
    {
        var sysctls = before.Sysctls.ToDictionary();
        foreach (var step in steps.OfType<SetSysctl>())
        {
            sysctls[step.Key] = step.To;
        }

        var groups = steps.OfType<SetLinkGroup>().ToDictionary(step => step.Link.Index, step => step.To);
        return before with
        {
            Links = [.. before.Links.Select(link => link with { IsUp = true, Group = groups.GetValueOrDefault(link.Index, link.Group) })],
            Addresses = [.. before.Addresses, .. steps.OfType<AddAddress>().Select(step => step.Address)],
            Routes = [.. before.Routes, .. steps.OfType<AddRoute>().Select(step => step.Route)],
            Rules = [.. before.Rules, .. steps.OfType<AddRule>().Select(step => step.Rule)],
            Sysctls = sysctls,
        };
    }

    private static EniMetadata Eni(int i, int addresses)
    {
        var network = 0x0a000000u + ((uint)i << 10);
        return new EniMetadata
        {
            Mac = new MacAddress(0x525400000001ul + (ulong)i),
            IsPrimary = i == 0,
            Subnet = new IpPrefix(IpAddress.FromIPv4(network), 22),
            Gateway = IpAddress.FromIPv4(network + 1),
            Addresses = [.. Enumerable.Range(0, addresses).Select(a => new AddressMetadata(IpAddress.FromIPv4(network + 5 + (uint)a)))],
        };
    }
}
