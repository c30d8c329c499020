using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using EniAgent.Simulator.Kernel;

namespace EniAgent.Simulator;

/// <summary>
/// The fabric's filter: what enters through an ENI's port must carry that ENI's MAC and one of its addresses as its source, IPv4 and
/// ARP alike (ARP probes and DHCP requests from 0.0.0.0 pass). Everything else is dropped and counted. IPv6 and multicast are dropped without counting:
/// every kernel sends some on its own.
/// </summary>
public sealed class SourceFilter
{
    private readonly NetworkNamespace _fabric;
    private readonly ConcurrentDictionary<string, Eni> _ports = new();

    internal SourceFilter(NetworkNamespace fabric) => _fabric = fabric;

    /// <summary>Packets dropped so far by ENI, of the ENIs that are plugged.</summary>
    public async Task<IReadOnlyDictionary<Eni, long>> DropsAsync()
    {
        var drops = new Dictionary<Eni, long>();
        foreach (var element in await ElementsAsync("drops"))
        {
            var item = element.GetProperty("elem");
            if (_ports.TryGetValue(item.GetProperty("val").GetString()!, out var eni))
            {
                drops[eni] = item.GetProperty("counter").GetProperty("packets").GetInt64();
            }
        }
        return drops;
    }

    /// <summary>Packets dropped so far that an ENI sent with a source not its own.</summary>
    public async Task<long> DropsAsync(Eni eni) => (await DropsAsync()).GetValueOrDefault(eni);

    /// <summary>What was dropped, each kind once, in words: <c>10.0.3.5 → 10.0.1.254 left through eth0 52:54:00:…</c>.</summary>
    public async Task<IReadOnlyList<string>> DroppedAsync()
    {
        var lines = new List<string>();
        foreach (var element in await ElementsAsync("refused"))
        {
            var key = element.GetProperty("concat").EnumerateArray().Select(p => p.GetString()!).ToArray();
            var eni = _ports.TryGetValue(key[0], out var known) ? $"{known.NicName} {known.Mac}" : key[0];
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{key[1]} → {key[2]} left through {eni}"));
        }
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    internal Task InstallAsync() => _fabric.NftAsync(
        """
        table bridge vpc {
          set ports { type ifname; }
          set macs { type ifname . ether_addr; }
          set addresses { type ifname . ipv4_addr; }
          set drops { type ifname; counter; }
          set refused { type ifname . ipv4_addr . ipv4_addr; size 65535; flags dynamic; }
          chain refuse {
            ether type ip add @refused { iifname . ip saddr . ip daddr }
            ether type arp add @refused { iifname . arp saddr ip . arp daddr ip }
            iifname @drops drop
            drop
          }
          chain prerouting {
            type filter hook prerouting priority -300; policy accept;
            iifname != @ports accept
            ether type != { ip, arp } drop
            ip daddr 224.0.0.0/4 drop
            iifname . ether saddr != @macs goto refuse
            ether type arp arp saddr ip 0.0.0.0 accept
            ether type arp iifname . arp saddr ip @addresses accept
            ether type ip iifname . ip saddr @addresses accept
            ip saddr 0.0.0.0 udp dport 67 accept
            goto refuse
          }
        }
        """);

    internal Task PlugAsync(string port, Eni eni)
    {
        _ports[port] = eni;
        return _fabric.NftAsync(
            $$"""
            add element bridge vpc ports { "{{port}}" }
            add element bridge vpc drops { "{{port}}" }
            add element bridge vpc macs { "{{port}}" . {{eni.Mac}} }
            add element bridge vpc addresses { {{Elements(port, eni.AllowedSources)}} }
            """);
    }

    internal Task AllowAsync(string? port, params IEnumerable<IPAddress> addresses) => ChangeAsync("add", port, [.. addresses]);

    internal Task RefuseAsync(string? port, params IEnumerable<IPAddress> addresses) => ChangeAsync("delete", port, [.. addresses]);

    internal Task UnplugAsync(string port, Eni eni)
    {
        _ports.TryRemove(port, out _);
        return _fabric.NftAsync(
            $$"""
            delete element bridge vpc ports { "{{port}}" }
            delete element bridge vpc drops { "{{port}}" }
            delete element bridge vpc macs { "{{port}}" . {{eni.Mac}} }
            delete element bridge vpc addresses { {{Elements(port, eni.AllowedSources)}} }
            """);
    }

    private Task ChangeAsync(string verb, string? port, IPAddress[] addresses) =>
        port is null || addresses.Length == 0
            ? Task.CompletedTask
            : _fabric.NftAsync($"{verb} element bridge vpc addresses {{ {Elements(port, addresses)} }}\n");

    private static string Elements(string port, IEnumerable<IPAddress> addresses) =>
        string.Join(", ", addresses.Select(a => $"\"{port}\" . {a}"));

    private async Task<IReadOnlyList<JsonElement>> ElementsAsync(string set)
    {
        using var document = JsonDocument.Parse(await _fabric.NftOutputAsync($"-j list set bridge vpc {set}"));
        foreach (var item in document.RootElement.GetProperty("nftables").EnumerateArray())
        {
            if (item.TryGetProperty("set", out var found) && found.TryGetProperty("elem", out var elements))
            {
                return [.. elements.Clone().EnumerateArray()];
            }
        }
        return [];
    }
}
