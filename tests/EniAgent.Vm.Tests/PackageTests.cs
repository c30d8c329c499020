using System.Diagnostics;
using System.Security.Cryptography;
using EniAgent.Simulator;
using EniAgent.Simulator.Probes;
using EniAgent.Vm.Tests.Fixture;

namespace EniAgent.Vm.Tests;

/// <summary>The packages: what they do to a machine when they come, change and go.</summary>
[Trait("Needs", "root")]
public sealed class PackageTests
{
    [Fact]
    public async Task A_DEB_is_installed_upgraded_under_traffic_downgraded_removed_and_purged()
    {
        await using var world = await ContainerWorld.CreateAsync();
        var container = world.Container;
        var before = await GuestState.CaptureAsync(world.Guest);
        await container.InstallAsync(Packages.Deb(Packages.Older));
        Assert.Equal("enabled", await container.UnitAsync("UnitFileState"));
        var eni = await world.Vpc.AttachNewAsync(world.Guest, world.B, secondaryAddresses: 1);
        await world.UntilInSyncAsync(enis: 2);
        var converged = await GuestState.CaptureAsync(world.Guest);
        File.AppendAllText(container.PathOf("/etc/eni-agent/eni-agent.conf"), "# mine\n");
        var process = await container.UnitAsync("MainPID");

        // What was changed by hand is not asked about, and kept.
        await using (var traffic = TrafficStream.Start(world.Vpc.Internet, eni.PrimaryAddress))
        {
            await UpgradeAsync(Packages.Version);
            var result = await traffic.StopAsync();
            Assert.InRange(result.Sent, 100, int.MaxValue);
            Assert.Empty(result.Lost);
        }

        Assert.NotEqual(process, await container.UnitAsync("MainPID"));
        Assert.Empty(converged.DifferencesTo(await GuestState.CaptureAsync(world.Guest)));
        await UpgradeAsync(Packages.Older);
        await UpgradeAsync(Packages.Version);
        Assert.EndsWith("# mine\n", File.ReadAllText(container.PathOf("/etc/eni-agent/eni-agent.conf")), StringComparison.Ordinal);

        // Removed, the network stays as it is; purged, it is as before.
        await container.SucceedAsync("dpkg", "--remove", "eni-agent");
        Assert.Empty(converged.DifferencesTo(await GuestState.CaptureAsync(world.Guest)));
        Assert.False(File.Exists(container.PathOf("/usr/sbin/eni-agent")));
        Assert.True(File.Exists(container.PathOf("/etc/eni-agent/eni-agent.conf")));
        await world.EverythingAnswersAsync();
        await container.InstallAsync(Packages.Deb(Packages.Version));
        await world.UntilInSyncAsync(enis: 2);
        await container.SucceedAsync("dpkg", "--purge", "eni-agent");
        foreach (var path in new[] { "/etc/eni-agent", "/var/lib/eni-agent", "/run/eni-agent", "/etc/sysctl.d/90-eni-agent.conf", "/etc/iproute2/rt_tables.d/eni-agent.conf" })
        {
            Assert.False(File.Exists(container.PathOf(path)) || Directory.Exists(container.PathOf(path)), path);
        }

        await world.Vpc.DetachNetworkInterfaceAsync(eni);
        Assert.Empty(before.DifferencesTo(await GuestState.CaptureAsync(world.Guest)));

        async Task UpgradeAsync(string version)
        {
            await container.InstallAsync(Packages.Deb(version));
            Assert.Equal("active", await container.UnitAsync("ActiveState"));
            Assert.Contains(version, (await container.SucceedAsync("dpkg-query", "--show", "eni-agent")).Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_RPM_is_installed_upgraded_downgraded_and_removed()
    {
        var script = $$"""
            set -euo pipefail
            mount -t tmpfs none /mnt
            mkdir /mnt/upper /mnt/work /mnt/root
            mount -t overlay none -o lowerdir=$1,upperdir=/mnt/upper,workdir=/mnt/work /mnt/root
            root=/mnt/root
            rpm() { command rpm --root $root "$@"; }
            rpm --nodeps --install {{Packages.Rpm(Packages.Older)}}
            test "$(rpm --query eni-agent)" = "eni-agent-{{Packages.Older}}-1.$(uname -m)"
            rpm --nodeps --verify eni-agent
            chroot $root /usr/sbin/eni-agent config --check
            chroot $root systemctl is-enabled eni-agent
            echo '# mine' >>$root/etc/eni-agent/eni-agent.conf
            rpm --nodeps --upgrade {{Packages.Rpm(Packages.Version)}}
            test "$(rpm --query eni-agent)" = "eni-agent-{{Packages.Version}}-1.$(uname -m)"
            grep -qx '# mine' $root/etc/eni-agent/eni-agent.conf
            test -d $root/var/lib/eni-agent
            rpm --nodeps --upgrade --oldpackage {{Packages.Rpm(Packages.Older)}}
            rpm --nodeps --erase eni-agent
            ! chroot $root systemctl is-enabled eni-agent
            ! test -e $root/usr/sbin/eni-agent
            grep -qx '# mine' $root/etc/eni-agent/eni-agent.conf.rpmsave
            """;
        await ScriptAsync("unshare", "--mount", "--propagation", "private", "bash", "-c", script, "bash", Repository.Run("build/consumers.sh"));
    }

    [Fact]
    public async Task The_packages_are_clean()
    {
        await ScriptAsync("lintian", "--allow-root", "--fail-on", "error,warning,override", "--tag-display-limit", "0", Packages.Deb(Packages.Version));
        var said = await ScriptAsync("rpmlint", "--config", Path.Combine(Repository.Folder, "packaging/rpm/rpmlint.toml"), Packages.Rpm(Packages.Version));
        Assert.Contains("0 errors, 0 warnings", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Made_again_they_are_the_same_bytes()
    {
        var again = Directory.CreateTempSubdirectory("eni-agent-packages-").FullName;
        var first = new[] { Packages.Deb(Packages.Version), Packages.Rpm(Packages.Version) };
        Repository.Run("build/packages.sh", ("ARCHES", Packages.Architecture), ("OUT", again));

        foreach (var package in first)
        {
            Assert.Equal(Hash(package), Hash(Path.Combine(again, Path.GetFileName(package))));
        }

        Directory.Delete(again, recursive: true);
    }

    [Fact]
    public async Task The_program_for_the_other_architecture_starts()
    {
        var (arch, name) = Packages.Architecture == "x86_64" ? ("aarch64", "arm64") : ("x86_64", "amd64");
        var folder = Directory.CreateTempSubdirectory("eni-agent-packages-").FullName;
        Repository.Run("build/packages.sh", ("ARCHES", arch), ("OUT", folder));
        await ScriptAsync("dpkg-deb", "--extract", Path.Combine(folder, $"eni-agent_{Packages.Version}_{name}.deb"), Path.Combine(folder, "root"));

        Assert.Equal(Packages.Version, (await ScriptAsync($"qemu-{arch}-static", Path.Combine(folder, "root/usr/sbin/eni-agent"), "--version")).Trim());
        await ScriptAsync($"qemu-{arch}-static", Path.Combine(folder, "root/usr/sbin/eni-agent"), "config", "--check", "--root", Path.Combine(folder, "root"));
        Directory.Delete(folder, recursive: true);
    }

    private static string Hash(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));

    private static async Task<string> ScriptAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await process.WaitForExitAsync(deadline.Token);
        Assert.True(process.ExitCode == 0, $"{program}: exit {process.ExitCode}\n{await output}\n{await error}");
        return await output;
    }
}
