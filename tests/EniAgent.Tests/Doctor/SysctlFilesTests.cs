using EniAgent.Doctor;
using EniAgent.Linux.Files;
using EniAgent.Linux.Tests;
using EniAgent.Persistence.Files;

namespace EniAgent.Tests.Doctor;

public sealed class SysctlFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_last_file_by_name_wins_whatever_its_folder_and_sysctl_conf_is_read_last()
    {
        Write("usr/lib/sysctl.d/50-a.conf", "net.ipv4.conf.eth1.rp_filter = 1\n");
        Write("etc/sysctl.d/10-b.conf", "net.ipv4.conf.eth1.rp_filter = 0\n");
        Assert.Equal("/usr/lib/sysctl.d/50-a.conf:1: net.ipv4.conf.eth1.rp_filter = 1", Of("eth1"));

        Write("etc/sysctl.conf", "\n# comment = 1\nnet.ipv4.conf.eth1.rp_filter=2\n");
        Assert.Equal("/etc/sysctl.conf:3: net.ipv4.conf.eth1.rp_filter=2", Of("eth1"));
    }

    [Fact]
    public void Of_one_name_the_first_folders_file_counts()
    {
        Write("usr/lib/sysctl.d/50-a.conf", "net.ipv4.conf.eth1.rp_filter = 1\n");
        Write("etc/sysctl.d/50-a.conf", "");

        Assert.Null(Of("eth1"));
    }

    [Theory]
    [InlineData("net.ipv4.conf.eth1/5.rp_filter = 1", "eth1.5")]
    [InlineData("net/ipv4/conf/eth1.5/rp_filter = 1", "eth1.5")]
    [InlineData("-net.ipv4.conf.eth1.rp_filter = 1", "eth1")]
    [InlineData("net.ipv4.conf.*.rp_filter = 1", "eth1")]
    [InlineData("net.ipv4.conf.eth*.rp_filter = 1", "eth1")]
    public void Names_are_understood_in_every_spelling(string line, string name)
    {
        Write("etc/sysctl.d/50-a.conf", line);

        Assert.Equal($"/etc/sysctl.d/50-a.conf:1: {line}", Of(name));
    }

    [Theory]
    [InlineData("net.ipv4.conf.eth1.rp_filter = 1", "eth2")]
    [InlineData("net.ipv4.conf.*.rp_filter = 1", "all")]
    [InlineData("net.ipv4.conf.eth1.arp_ignore = 1", "eth1")]
    [InlineData("; net.ipv4.conf.eth1.rp_filter = 1", "eth1")]
    public void Others_are_not_meant(string line, string name)
    {
        Write("etc/sysctl.d/50-a.conf", line);

        Assert.Null(Of(name));
    }

    [Fact]
    public void A_name_wins_over_a_pattern_that_comes_later()
    {
        Write("etc/sysctl.d/50-a.conf", "net.ipv4.conf.eth1.rp_filter = 2\nnet.ipv4.conf.*.rp_filter = 1\n");

        Assert.Equal("/etc/sysctl.d/50-a.conf:1: net.ipv4.conf.eth1.rp_filter = 2", Of("eth1"));
    }

    private string? Of(string name) => new SysctlFiles(new DiskTree(Disk.Instance, _folder.Path)).Of(name, "rp_filter")?.ToString();

    private void Write(string path, string text)
    {
        var full = Path.Combine(_folder.Path, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
