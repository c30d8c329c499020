using System.Diagnostics;
using EniAgent.Bench.Results;
using EniAgent.Bench.Running;
using EniAgent.Bench.Worlds;
using EniAgent.Netlink;
using EniAgent.Simulator;
using EniAgent.Simulator.Probes;

namespace EniAgent.Bench.Figures;

/// <summary>A NIC with 30 addresses that metadata lists already, from its appearance until the last address answers, beside a shell script that an event starts and that has been told everything.</summary>
internal sealed class HotPlug : IFigure
{
    private const int Addresses = 30;
    private const string Nic = "hot0";

    public string Name => "hot-plug";

    public bool IsQuick => true;

    public async Task<Result> MeasureAsync(Setting setting)
    {
        await using var world = await World.CreateAsync(setting.Agent);
        await using var other = await World.CreateAsync(setting.Agent);
        var (subnet, otherSubnet) = (await world.AddSubnetAsync(), await other.AddSubnetAsync());
        world.Run("sync");
        other.Run("sync");
        await using var daemon = await Daemon.StartAsync(world);

        // What udev does for a new NIC: an event, and a program that is started for it.
        var script = Path.Combine(other.Folder, "configure");
        await using var events = GuestProcess.Start(other.Guest, "sh", ["-c", $$"""
            ip -o monitor link | while read -r line; do
                case "$line" in
                    Deleted*" {{Nic}}@"*) done= ;;
                    *" {{Nic}}@"*) [ -n "$done" ] || sh {{script}}; done=yes ;;
                esac
            done
            """]);
        var series = await Rounds.RunAsync(
            setting.Rounds,
            ("eni-agent daemon", () => AttachAsync(world, subnet, _ => { })),
            ("ip monitor, and a script of ip commands", () => AttachAsync(other, otherSubnet, eni => File.WriteAllLines(script, Script(eni)))));
        return new Result
        {
            Name = Name,
            Title = FormattableString.Invariant($"from RTM_NEWLINK until the last of {Addresses} addresses answers"),
            Findings =
            [
                Finding.Of("RTM_NEWLINK → the last of 30 addresses answers", series[0], series[1], limit: 1),
                Finding.Of("– in milliseconds", Quantile.Median(series[0].Values), "ms", limit: 20),
            ],
            Series = series,
        };
    }

    private static async Task<Use> AttachAsync(World world, Subnet subnet, Action<Eni> prepare)
    {
        var eni = world.Vpc.CreateNetworkInterface(subnet, Addresses - 1);
        prepare(eni);
        await World.IntroduceAsync(eni, eni.Addresses);
        using var ear = Ear.Open(world.Guest.Namespace, MonitorGroups.Link);
        var attached = world.Vpc.AttachNetworkInterfaceAsync(world.Guest, eni, new AttachOptions { NicName = Nic, NicDelay = TimeSpan.FromMilliseconds(50) });
        var appeared = await ear.WhenAsync(e => e is LinkEvent { Removed: false, Link.Name: Nic });
        var answered = await Pinger.UntilAllAnswerAsync(subnet.Client, eni.Addresses, TimeSpan.FromSeconds(10), appeared)
            ?? throw new TimeoutException($"{eni} does not answer");
        await attached;
        await world.Vpc.DetachNetworkInterfaceAsync(eni);
        return new Use(answered.TotalMilliseconds);
    }

    private static IEnumerable<string> Script(Eni eni) =>
    [
        $"ip link set {Nic} up",
        .. eni.Addresses.Select(address => $"ip address add {address}/{eni.Subnet.PrefixLength} dev {Nic}"),
        $"ip route add {eni.Subnet.Network} dev {Nic} table 31100",
        $"ip route add default via {eni.Subnet.Gateway} dev {Nic} table 31100",
        .. eni.Addresses.Select(address => $"ip rule add pref 31010 from {address} lookup 31100"),
    ];
}
