using System.Text.Json;
using EniAgent.Simulator.Kernel;

namespace EniAgent.Simulator;

/// <summary>
/// What the kernel of a guest holds, a line an object in the words of <c>ip</c>: links, IPv4 addresses, routes of all tables, rules and
/// the sysctls that matter to routing. Made for comparing before and after; what changes by itself (counters, lifetimes, indexes) is left out.
/// </summary>
public sealed record GuestState(IReadOnlyList<string> Lines)
{
    private static readonly string[] Sysctls = ["rp_filter", "arp_ignore", "arp_announce", "promote_secondaries"];

    // Every object's own words come first, in this order; the rest follows by name.
    private static readonly string[] Leading = ["priority", "not", "src", "srclen", "from", "dst", "dstlen", "to", "type", "gateway", "via", "dev", "table", "iif", "oif"];

    private static readonly HashSet<string> Volatile =
    [
        "ifindex", "link_index", "link_netnsid", "qdisc", "operstate", "linkmode", "txqlen", "stats", "stats64", "promiscuity", "allmulti", "valid_life_time",
        "preferred_life_time", "inet6_addr_gen_mode", "num_tx_queues", "num_rx_queues", "gso_max_size", "gso_max_segs", "gso_ipv4_max_size",
        "gro_ipv4_max_size", "tso_max_size", "tso_max_segs", "gro_max_size", "min_mtu", "max_mtu", "link_type", "broadcast", "label", "parentbus", "parentdev",
    ];

    /// <summary>Reads it, everything at once.</summary>
    public static async Task<GuestState> CaptureAsync(Guest guest)
    {
        var space = guest.Namespace;
        var sysctls = Task.Run(() => SysctlLines(space));
        var parts = await Task.WhenAll(
            LinksAsync(space),
            AddressesAsync(space),
            ObjectsAsync(space, "route", "-d -j -4 route show table all"),
            ObjectsAsync(space, "rule", "-d -j -4 rule"));
        return new([.. parts.SelectMany(p => p), .. await sysctls]);
    }

    /// <summary>What the other one has and this has not (<c>+</c>), and the other way round (<c>-</c>).</summary>
    public IReadOnlyList<string> DifferencesTo(GuestState later) =>
        [.. Lines.Except(later.Lines).Select(l => "- " + l), .. later.Lines.Except(Lines).Select(l => "+ " + l)];

    /// <summary>Only the lines that satisfy a condition.</summary>
    public GuestState Where(Func<string, bool> condition) => new([.. Lines.Where(condition)]);

    /// <summary>The whole state as one text.</summary>
    public override string ToString() => string.Join('\n', Lines);

    private static async Task<IEnumerable<string>> LinksAsync(NetworkNamespace space)
    {
        using var links = JsonDocument.Parse(await space.IpOutputAsync("-d -j link"));
        return [.. links.RootElement.EnumerateArray().Select(link =>
        {
            var name = link.GetProperty("ifname").GetString();
            var up = link.GetProperty("flags").EnumerateArray().Any(f => f.GetString() == "UP") ? "up" : "down";
            var details = link.EnumerateObject().Where(p => p.Name is "mtu" or "group" or "master" or "address");
            return $"link {name} {up} {Words(details)}";
        }).Order(StringComparer.Ordinal)];
    }

    private static async Task<IEnumerable<string>> AddressesAsync(NetworkNamespace space)
    {
        using var links = JsonDocument.Parse(await space.IpOutputAsync("-d -j -4 addr"));
        return [.. (from link in links.RootElement.EnumerateArray()
                    where link.TryGetProperty("addr_info", out _)
                    from address in link.GetProperty("addr_info").EnumerateArray()
                    where address.TryGetProperty("local", out _)
                    let details = address.EnumerateObject().Where(p => p.Name is not ("local" or "prefixlen" or "family" or "dynamic"))
                    select $"addr {address.GetProperty("local")}/{address.GetProperty("prefixlen")} dev {link.GetProperty("ifname")} {Words(details)}")
                .Order(StringComparer.Ordinal)];
    }

    private static async Task<IEnumerable<string>> ObjectsAsync(NetworkNamespace space, string kind, string arguments)
    {
        using var objects = JsonDocument.Parse(await space.IpOutputAsync(arguments));
        return [.. objects.RootElement.EnumerateArray().Select(o => $"{kind} {Words(o.EnumerateObject())}").Order(StringComparer.Ordinal)];
    }

    private static string[] SysctlLines(NetworkNamespace space) => space.Run(() =>
        Directory.GetDirectories("/proc/sys/net/ipv4/conf").Order(StringComparer.Ordinal).SelectMany(SysctlLines).ToArray());

    private static IEnumerable<string> SysctlLines(string link)
    {
        try
        {
            return [.. Sysctls.Select(name => $"sysctl {Path.GetFileName(link)}/{name} = {File.ReadAllText(Path.Combine(link, name)).Trim()}")];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // The link has gone since its folder was listed: then it is not there.
            return [];
        }
    }

    private static string Words(IEnumerable<JsonProperty> properties) => string.Join(' ', properties
        .Where(p => !Volatile.Contains(p.Name))
        .OrderBy(p => Array.IndexOf(Leading, p.Name) is var i && i < 0 ? Leading.Length : i).ThenBy(p => p.Name, StringComparer.Ordinal)
        .Select(p => p.Value.ValueKind switch
        {
            JsonValueKind.Null => p.Name,
            JsonValueKind.True => p.Name,
            JsonValueKind.Array when p.Value.GetArrayLength() == 0 => "",
            JsonValueKind.Array or JsonValueKind.Object => $"{p.Name} {p.Value.GetRawText()}",
            _ => $"{p.Name} {p.Value}",
        }).Where(w => w.Length > 0));
}
