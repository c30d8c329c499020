using System.Diagnostics;
using EniAgent.Simulator.Kernel;

namespace EniAgent.Simulator;

/// <summary>The DHCP server of a subnet: it gives an ENI its primary address, and the subnet's gateway.</summary>
public sealed class DhcpServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private DhcpServer(Process process, string folder) => (_process, _folder) = (process, folder);

    /// <summary>Starts it for these ENIs of one subnet.</summary>
    public static async Task<DhcpServer> StartAsync(Vpc vpc, Subnet subnet, params Eni[] enis)
    {
        var folder = Directory.CreateTempSubdirectory("eni-agent-dhcp-").FullName;
        var (configuration, leases) = (Path.Combine(folder, "udhcpd.conf"), Path.Combine(folder, "leases"));
        await File.WriteAllTextAsync(leases, "");
        await File.WriteAllTextAsync(
            configuration,
            $"""
            interface {subnet.Bridge}
            start {enis[0].PrimaryAddress}
            end {enis[^1].PrimaryAddress}
            lease_file {leases}
            pidfile {Path.Combine(folder, "pid")}
            option subnet {subnet.Mask}
            option router {subnet.Gateway}
            option lease 3600
            {string.Concat(enis.Select(eni => $"static_lease {eni.Mac} {eni.PrimaryAddress}\n"))}
            """);
        var start = new ProcessStartInfo("busybox", ["udhcpd", "-f", configuration]) { RedirectStandardInput = true };
        var server = new DhcpServer(vpc.FabricNamespace.Run(() => Process.Start(start)!), folder);
        vpc.Own(server);
        return server;
    }

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Directory.Exists(_folder))
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
