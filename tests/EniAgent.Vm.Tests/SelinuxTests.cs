using EniAgent.Vm.Tests.Fixture;

namespace EniAgent.Vm.Tests;

/// <summary>A machine with SELinux.</summary>
[Trait("Needs", "root")]
public sealed class SelinuxTests
{
    [Fact]
    public async Task Every_file_that_is_written_has_the_label_that_the_policy_wants_there()
    {
        await using var world = await VmWorld.CreateAsync("bookworm", "networkmanager", "selinux");
        world.Machine.CommandLine += " security=selinux selinux=1";
        await world.Vpc.AttachNewAsync(world.Guest, world.B, secondaryAddresses: 1);
        await world.StartAndInstallAsync();
        await world.UntilInSyncAsync();
        Assert.Equal("Permissive", (await world.Machine.SucceedAsync("getenforce")).Trim());

        // A new profile, and that of the primary NIC edited: their folder's label is not that of the folder above.
        var labels = await world.Machine.SucceedAsync("grep -rl eni-agent /etc/NetworkManager/system-connections | xargs stat -c %C; stat -c %C /etc/NetworkManager/system-connections/*");
        Assert.True(labels.Split('\n', StringSplitOptions.RemoveEmptyEntries) is { Length: >= 3 } each && each.All(label => label.Contains(":NetworkManager_etc_rw_t:", StringComparison.Ordinal)), labels);

        // What a service for which Debian's policy has no rules makes in a folder of etc_t gets etc_runtime_t from the policy itself; of /run it says nothing.
        var wrong = await world.Machine.SucceedAsync("restorecon -nvR /etc /var/lib/eni-agent");
        Assert.DoesNotContain(wrong.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => !line.EndsWith(" from system_u:object_r:etc_runtime_t:s0 to system_u:object_r:etc_t:s0", StringComparison.Ordinal));
    }
}
