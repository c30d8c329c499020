using System.Net;
using EniAgent.Simulator.Kernel;

namespace EniAgent.Simulator;

/// <summary>A bridge in the guest with a container behind it, as a container engine leaves them: docker0, 172.17.0.1/16, the container at 172.17.0.2.</summary>
public sealed class ContainerBridge
{
    private readonly Guest _guest;

    private ContainerBridge(Guest guest, NetworkNamespace container) => (_guest, Container) = (guest, container);

    /// <summary>The container's namespace.</summary>
    public NetworkNamespace Container { get; }

    /// <summary>The container's address.</summary>
    public IPAddress Address { get; } = IPAddress.Parse("172.17.0.2");

    /// <summary>The bridge's address in the guest.</summary>
    public IPAddress Gateway { get; } = IPAddress.Parse("172.17.0.1");

    /// <summary>Adds it: forwarding on, and the container's traffic to elsewhere masqueraded as engines do.</summary>
    public static async Task<ContainerBridge> AddAsync(Guest guest)
    {
        var container = await guest.Vpc.AddNamespaceAsync($"{guest.Namespace.Name.Split('-')[1]}container");
        guest.Namespace.SetSysctls(("ip_forward", 1));
        await guest.IpAsync(
            "link add docker0 type bridge forward_delay 0",
            "addr add 172.17.0.1/16 brd + dev docker0",
            "link set docker0 up",
            $"link add veth0 type veth peer name eth0 netns {container.Name}",
            "link set veth0 master docker0 up");
        await container.IpAsync(
            "link set lo up",
            "addr add 172.17.0.2/16 dev eth0",
            "link set eth0 up",
            "route add default via 172.17.0.1");
        await guest.Namespace.NftAsync(
            """
            table ip container-engine {
              chain postrouting {
                type nat hook postrouting priority srcnat;
                ip saddr 172.17.0.0/16 oifname != "docker0" masquerade
              }
            }
            """);
        return new(guest, container);
    }

    /// <summary>
    /// Publishes a port of the container on every address of the guest, for whoever asks from elsewhere, as engines do: translated on its way in, and nothing
    /// is forwarded but what belongs to the container.
    /// </summary>
    public Task PublishAsync(int port, int containerPort) => _guest.Namespace.NftAsync(
        $$"""
        table ip container-engine {
          chain prerouting {
            type nat hook prerouting priority dstnat;
            fib daddr type local tcp dport {{port}} dnat to {{Address}}:{{containerPort}}
          }
          chain forward {
            type filter hook forward priority filter; policy drop;
            oifname "docker0" ct state established,related accept
            oifname "docker0" ct status dnat accept
            iifname "docker0" oifname != "docker0" accept
          }
        }
        """);
}
