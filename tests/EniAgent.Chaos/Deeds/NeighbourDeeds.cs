using System.Net;
using EniAgent.Simulator;

namespace EniAgent.Chaos.Deeds;

/// <summary>What others do to the machine's network: undo what is the agent's, disturb what is theirs, and put there what must stay.</summary>
internal static class NeighbourDeeds
{
    private static readonly string[] Settings = ["rp_filter", "arp_ignore", "arp_announce", "promote_secondaries"];

    public static Dictionary<string, Catalogue.Entry> All { get; } = new()
    {
        ["delete-address"] = new(3, DeleteAddressAsync),
        ["delete-rule"] = new(3, DeleteRuleAsync),
        ["flush-table"] = new(2, (world, a, _) => world.TryIpAsync($"route flush table {31000 + (a % 6)}")),
        ["flap"] = new(2, FlapAsync),
        ["down"] = new(1, DownAsync),
        ["setting"] = new(2, SettingAsync),
        ["group"] = new(1, (world, a, _) => world.TryIpAsync($"link set {world.Eni(a).NicName} group default")),
        ["rename"] = new(1, RenameAsync),
        ["manager-restart"] = new(1, ManagerRestartAsync),
        ["foreign-add"] = new(4, ForeignAddAsync),
        ["foreign-remove"] = new(2, ForeignRemoveAsync),
        ["containers"] = new(2, ContainersAsync),
    };

    private static async Task DeleteAddressAsync(World world, int a, int b)
    {
        var eni = world.Eni(a);
        var address = eni.Addresses[b % eni.Addresses.Count];
        await world.TryIpAsync($"addr del {address}/{eni.Subnet.PrefixLength} dev {eni.NicName}");
    }

    private static async Task DeleteRuleAsync(World world, int a, int b)
    {
        var rules = (await world.Guest.IpOutputAsync("-o rule")).Split('\n').Where(line => line.Contains("proto 131", StringComparison.Ordinal)).ToList();
        if (rules.Count > 0)
        {
            var (priority, words) = rules[a % rules.Count].Split('\t') is [var p, var w, ..] ? (p.TrimEnd(':'), w) : ("0", "");
            await world.TryIpAsync($"rule del pref {priority} {words.Replace("proto 131", "protocol 131", StringComparison.Ordinal)}");
        }
    }

    private static async Task FlapAsync(World world, int a, int b)
    {
        var nic = world.Eni(a).NicName;
        await world.TryIpAsync($"link set {nic} down");
        await Task.Delay(b % 20);
        await world.TryIpAsync($"link set {nic} up");
        world.ForgetForeignOn(nic);
    }

    private static async Task DownAsync(World world, int a, int b)
    {
        var nic = world.Eni(a).NicName;
        await world.TryIpAsync($"link set {nic} down");
        world.ForgetForeignOn(nic);
    }

    private static Task SettingAsync(World world, int a, int b)
    {
        var path = $"/proc/sys/net/ipv4/conf/{world.Eni(a).NicName}/{Settings[b % Settings.Length]}";
        return world.Guest.Namespace.Run(() => File.Exists(path) ? File.WriteAllTextAsync(path, $"{a % 2}") : Task.CompletedTask);
    }

    private static async Task RenameAsync(World world, int a, int b)
    {
        if (world.Secondaries is { Count: > 0 } secondaries)
        {
            var eni = secondaries[a % secondaries.Count];
            var former = eni.NicName;
            await world.Guest.RenameNicAsync(eni, $"ens{world.NextNumber()}");
            world.Renamed(former!, eni.NicName!);
        }
    }

    // As a classic network service restarts: everything off the primary NIC, and back what it knows.
    private static async Task ManagerRestartAsync(World world, int a, int b)
    {
        var eni = world.Guest.PrimaryEni;
        world.ForgetForeignOn(eni.NicName);
        await world.TryIpAsync($"addr flush dev {eni.NicName}");
        await Task.Delay(b % 20);
        await world.TryIpAsync($"addr add {eni.PrimaryAddress}/{eni.Subnet.PrefixLength} brd + dev {eni.NicName}");
        await world.TryIpAsync($"route add default via {eni.Subnet.Gateway} dev {eni.NicName} proto dhcp metric 100");
    }

    private static async Task ForeignAddAsync(World world, int a, int b)
    {
        var number = world.NextNumber();

        // Not on a secondary one: first on its NIC, an address that the fabric does not know would be the source of sockets that are bound to the NIC alone.
        var nic = world.Guest.PrimaryEni.NicName!;
        var (add, remove, shown, on) = ((a + b) % 7) switch
        {
            0 => Address($"192.0.2.{number % 250}/32", "lo"),
            1 => Address($"172.31.{number % 250}.1/24", World.Bridge),
            2 => Address($"198.18.{number % 250}.9/32", nic),
            3 => Rule(100 + number, $"from 203.0.113.{number % 250} lookup 100"),
            4 => Rule(31500 + number, $"fwmark {number} lookup main"),
            5 => Route($"192.168.{number % 250}.0/24", $"dev {World.Bridge}"),
            _ => Route($"blackhole 203.0.{number % 110}.0/24", $"table {100 + (number % 3)}"),
        };
        await world.AddForeignAsync(add, remove, shown, on == nic ? nic : null);

        static (string, string, string, string?) Address(string address, string nic) => ($"addr add {address} dev {nic}", $"addr del {address} dev {nic}", $"addr {address} ", nic);

        static (string, string, string, string?) Rule(int priority, string words) => ($"rule add pref {priority} {words}", $"rule del pref {priority} {words}", $"rule priority {priority} ", null);

        static (string, string, string, string?) Route(string destination, string words) =>
            ($"route add {destination} {words}", $"route del {destination} {words}", $"route dst {destination.Split(' ')[^1]} ", null);
    }

    private static Task ForeignRemoveAsync(World world, int a, int b) => world.RemoveForeignAsync(a);

    private static async Task ContainersAsync(World world, int a, int b)
    {
        for (var i = 0; i < 3; i++)
        {
            await world.TryIpAsync("link add v0 type veth peer name w0");
            await world.TryIpAsync($"link set v0 master {World.Bridge} up");
            await world.TryIpAsync("link del v0");
        }
    }
}
