using EniAgent.Netlink;

namespace EniAgent.Linux.Kernel;

/// <summary>A base chain of nftables, through which IPv4 packets pass.</summary>
/// <param name="Name">Its family, table and name, as <c>nft</c> writes them.</param>
/// <param name="Hook">Where packets pass through it, e.g. "input".</param>
/// <param name="Drops">Whether what no rule of it decides about is dropped.</param>
public sealed record FirewallChain(string Name, string Hook, bool Drops)
{
    private const byte Inet = 1, Ipv4 = 2;

    private static readonly string[] Hooks = ["prerouting", "input", "forward", "output", "postrouting", "ingress"];

    /// <summary>All of them; none where the kernel does not tell, or where to ask it would have it load a module.</summary>
    public static IReadOnlyList<FirewallChain> All()
    {
        try
        {
            return IsThere() ? [.. FilterChain.DumpAll().Where(chain => chain.Family is Inet or Ipv4 && chain.Hook < Hooks.Length).Select(Of)] : [];
        }
        catch (Exception e) when (e is NetlinkException or MalformedMessageException)
        {
            // Not for who may not, nor where there is no nf_tables.
            return [];
        }
    }

    private static FirewallChain Of(FilterChain chain) =>
        new($"{(chain.Family == Inet ? "inet" : "ip")} {chain.Table} {chain.Name}", Hooks[chain.Hook], chain.Drops);

    // A kernel without modules has what it has.
    private static bool IsThere()
    {
        const string Modules = "/proc/modules";
        return !File.Exists(Modules) || File.ReadLines(Modules).Any(line => line.StartsWith("nf_tables ", StringComparison.Ordinal));
    }
}
