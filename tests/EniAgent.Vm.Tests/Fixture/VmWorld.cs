using System.Globalization;
using System.Net;
using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;

namespace EniAgent.Vm.Tests.Fixture;

/// <summary>A VPC of two subnets with a virtual machine in the first one as its guest.</summary>
internal sealed class VmWorld : IAsyncDisposable
{
    private VmWorld(Vpc vpc, Subnet a, Subnet b, Guest guest, VirtualMachine machine) => (Vpc, A, B, Guest, Machine) = (vpc, a, b, guest, machine);

    public Vpc Vpc { get; }

    public Subnet A { get; }

    public Subnet B { get; }

    public Guest Guest { get; }

    public VirtualMachine Machine { get; }

    /// <summary>Makes it; the machine is not running yet.</summary>
    /// <param name="suite">The Debian suite.</param>
    /// <param name="manager">Who configures its primary NIC: networkd, networkmanager or ifupdown.</param>
    /// <param name="image">What the image has beside that: cloud-init or selinux.</param>
    public static async Task<VmWorld> CreateAsync(string suite, string manager, params string[] image)
    {
        var machine = await VirtualMachine.CreateAsync([suite, .. image]);
        var vpc = await Vpc.CreateAsync();
        try
        {
            var (a, b) = (await vpc.CreateSubnetAsync(), await vpc.CreateSubnetAsync());
            var guest = await vpc.CreateGuestAsync(a, new GuestOptions { Machine = machine, SecondaryAddresses = 1 });
            machine.CommandLine = string.Create(
                CultureInfo.InvariantCulture, $"eni.manager={manager} eni.address={guest.PrimaryEni.PrimaryAddress}/{a.PrefixLength} eni.gateway={a.Gateway}");
            return new VmWorld(vpc, a, b, guest, machine);
        }
        catch
        {
            await vpc.DisposeAsync();
            await machine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the machine and installs the package.</summary>
    public async Task StartAndInstallAsync(string? version = null)
    {
        await Machine.StartAsync(Vpc.FabricNamespace, Packages.Deb(Packages.Older), Packages.Deb(Packages.Version));
        await InstallAsync(version ?? Packages.Version);
    }

    /// <summary>Starts the machine from an image that has the package already, with cloud-init to configure the primary NIC.</summary>
    public async Task StartWithCloudInitAsync()
    {
        var (package, primary) = (Packages.Deb(Packages.Version), Guest.PrimaryEni);
        Machine.CommandLine = $"eni.package={Path.GetFileName(package)}";
        Machine.Seed = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["meta-data"] = "instance-id: ins-1\nlocal-hostname: vm\n",
            ["user-data"] = "#cloud-config\n{}\n",
            ["network-config"] = $$"""
                version: 2
                ethernets:
                  eth0:
                    match: {macaddress: "{{primary.Mac}}"}
                    set-name: eth0
                    addresses: [{{primary.PrimaryAddress}}/{{A.PrefixLength}}]
                    gateway4: {{A.Gateway}}
                """,
        };
        await Machine.StartAsync(Vpc.FabricNamespace, package);
    }

    /// <summary>Installs a version of the package.</summary>
    public Task InstallAsync(string version) => Machine.SucceedAsync(
        $"mkdir -p /etc/eni-agent/eni-agent.conf.d && printf '[Agent]\\nPollInterval=1s\\n' >/etc/eni-agent/eni-agent.conf.d/test.conf && dpkg -i /root/files/{Path.GetFileName(Packages.Deb(version))}");

    /// <summary>Waits until the service is in sync with this many ENIs and addresses.</summary>
    public Task UntilInSyncAsync(int enis, int addresses) => Eventually.TrueAsync(
        async () => (await Machine.RunAsync("systemctl show --value --property StatusText eni-agent")).Output.Trim() == $"{enis} ENI{(enis == 1 ? "" : "s")}, {addresses} addresses, in sync",
        state: StateAsync, timeout: TimeSpan.FromSeconds(60));

    /// <summary>Waits until the service is in sync with what the guest has.</summary>
    public Task UntilInSyncAsync() => UntilInSyncAsync(Guest.Enis.Count, Guest.Enis.Sum(eni => eni.Addresses.Count));

    /// <summary>Pings through the source filter: from every subnet and the internet side to every address, and from every address to everywhere.</summary>
    public async Task EverythingAnswersAsync()
    {
        var failures = new List<string>();
        await Eventually.TrueAsync(async () => (failures = await FailuresAsync()).Count == 0, state: async () => $"{string.Join('\n', failures)}\n{await StateAsync()}", timeout: TimeSpan.FromSeconds(20));
    }

    /// <summary>What systemd said of cycles among its units at this boot; of most it speaks before there is a journal, which so knows it by its name alone.</summary>
    public Task<string> OrderingCyclesAsync() => Machine.SucceedAsync("journalctl --no-pager -b -q -t systemd --grep 'ordering cycle'; true");

    /// <summary>What the machine has, for a failed assertion.</summary>
    public async Task<string> StateAsync() =>
        (await Machine.RunAsync("journalctl --no-pager -u eni-agent; systemctl status --no-pager eni-agent; ip -br address; ip rule; ip route; eni-agent status; networkctl; tail -n 100 /var/log/cloud-init.log")).ToString();

    public async ValueTask DisposeAsync()
    {
        await Machine.DisposeAsync();
        await Vpc.DisposeAsync();
    }

    private async Task<List<string>> FailuresAsync()
    {
        var inward = await Simulator.Probes.Pinger.PingAllAsync(Vpc.Inward(Guest), TimeSpan.FromSeconds(5));

        // All at a time: each ends with a line when nobody answered.
        IEnumerable<IPAddress> targets = [A.ClientAddress, B.ClientAddress, Vpc.InternetAddress];
        var pings = from eni in Guest.Enis
                    from source in eni.Addresses
                    from target in targets
                    select $"(ping -q -c 1 -W 3 -I {source} {target} >/dev/null 2>&1 || echo machine from {source} to {target}) &";
        var outward = await Machine.RunAsync(string.Join('\n', pings) + "\nwait");
        return [.. inward.Select(ping => ping.ToString()), .. outward.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
