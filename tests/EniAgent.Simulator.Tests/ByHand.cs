namespace EniAgent.Simulator.Tests;

/// <summary>The routing that a patient administrator would type into a guest with several ENIs: what the agent is to do on its own.</summary>
internal static class ByHand
{
    internal static async Task ConfigureAsync(Guest guest)
    {
        var enis = guest.Enis;
        var lines = new List<string>();
        foreach (var (eni, slot) in enis.Select((e, i) => (e, i)))
        {
            var (nic, subnet) = (eni.NicName, eni.Subnet);
            lines.Add($"link set {nic} up group 31000");
            lines.Add($"route replace {subnet.Network} dev {nic} table {31000 + slot}");
            lines.Add($"route replace default via {subnet.Gateway} dev {nic} onlink table {31000 + slot}");
        }
        if (enis.Count > 1)
        {
            lines.Add("rule add pref 31000 lookup main suppress_prefixlength 0 suppress_ifgroup 31000");
        }
        foreach (var (eni, slot) in enis.Select((e, i) => (e, i)).Skip(1))
        {
            lines.AddRange(eni.Addresses.Select(a => $"rule add pref 31010 from {a} lookup {31000 + slot}"));
            if (eni.Subnet != guest.PrimaryEni.Subnet)
            {
                lines.Add($"rule add pref 31015 from {guest.PrimaryEni.Subnet.Network} to {eni.Subnet.Network} lookup 31000");
            }
            lines.Add($"rule add pref 31020 oif {eni.NicName} lookup {31000 + slot}");
            lines.AddRange(eni.Addresses.Select(a => $"addr add {a}/{eni.Subnet.PrefixLength} dev {eni.NicName} metric {1000 + slot}"));
        }
        lines.AddRange(guest.PrimaryEni.SecondaryAddresses.Select(a => $"addr add {a}/{guest.PrimaryEni.Subnet.PrefixLength} dev {guest.PrimaryEni.NicName}"));
        foreach (var eni in enis)
        {
            var shared = enis.Count(e => e.Subnet == eni.Subnet) > 1;
            guest.Namespace.SetSysctls(($"conf/{eni.NicName}/rp_filter", 2));
            if (shared)
            {
                guest.Namespace.SetSysctls(($"conf/{eni.NicName}/arp_ignore", 1), ($"conf/{eni.NicName}/arp_announce", 2));
            }
        }
        await guest.IpAsync(lines);
    }
}
