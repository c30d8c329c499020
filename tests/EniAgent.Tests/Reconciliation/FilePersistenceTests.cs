using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using EniAgent.Core.Tests.Fakes;
using EniAgent.Linux.Files;
using EniAgent.Linux.Host;
using EniAgent.Reconciliation;
using EniAgent.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EniAgent.Tests.Reconciliation;

/// <summary>The machine's files are read when something may have happened to them, or when something else is wanted of them, and else not.</summary>
public sealed class FilePersistenceTests : IDisposable
{
    private const string Scripts = "etc/sysconfig/network-scripts/";

    private readonly Machine _machine = new();

    // By this clock, whatever was done until now is long ago.
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow.AddHours(1));
    private readonly Reconciler _reconciler;
    private readonly FilePersistence _files;
    private readonly Belief _belief = Vpc.Believe(Machine.TwoEnis);
    private readonly CountingDisk _disk = new();
    private readonly FilesResult _former;

    public FilePersistenceTests()
    {
        Write(Scripts + "ifcfg-eth0", "DEVICE=eth0\nBOOTPROTO=none\nIPADDR=10.0.0.10\nNETMASK=255.255.255.0\n");
        _reconciler = _machine.Start(new AgentOptions { Backend = PersistenceBackend.Ifcfg });
        _files = new FilePersistence(_machine.Paths, _reconciler, NullLogger<FilePersistence>.Instance, _disk, _time);
        Assert.NotEmpty(Persist().Written);
        Persist();
        _former = Persist();
        Assert.Empty(_former.Written);
        Assert.Empty(_former.Problems);
    }

    public void Dispose() => _machine.Dispose();

    public static TheoryData<string> Meddling =>
        ["ours edited", "ours deleted", "ours with the same size and time", "theirs edited", "new in folder", "a leftover", "another file of names", "the kept first version", "a manager comes"];

    [Fact]
    public void While_nothing_happens_no_file_is_read()
    {
        var looks = _disk.Looks;

        Assert.Same(_former, Persist());
        Assert.Same(_former, Persist());

        Assert.Equal(looks, _disk.Looks);
    }

    [Theory]
    [MemberData(nameof(Meddling))]
    public void What_happens_to_a_file_is_seen_at_the_next_run(string what)
    {
        var ours = Scripts + "ifcfg-eth1";
        var before = Read(ours);
        switch (what)
        {
            case "ours edited":
                Write(ours, before + "MTU=9000\n");
                break;
            case "ours deleted":
                File.Delete(At(ours));
                break;
            case "ours with the same size and time":
                var time = File.GetLastWriteTimeUtc(At(ours));
                Write(ours, before.Replace("10.0.1.11", "10.0.1.19", StringComparison.Ordinal));
                File.SetLastWriteTimeUtc(At(ours), time);
                Assert.NotEqual(before, Read(ours));
                break;
            case "theirs edited":
                Write(Scripts + "ifcfg-eth0", Read(Scripts + "ifcfg-eth0") + "MTU=9000\n");
                break;
            case "new in folder":
                Write(Scripts + "ifcfg-eth7", "DEVICE=eth7\n");
                break;
            case "a leftover":
                Write(Scripts + ".ifcfg-eth1.new", "half");
                break;
            case "another file of names":
                Directory.CreateDirectory(At("usr/share/iproute2"));
                break;
            case "the kept first version":
                Write("var/lib/eni-agent/originals/first/etc/sysconfig/network-scripts/ifcfg-eth9", "DEVICE=eth9\n");
                break;
            default:
                Write("run/systemd/netif/links/1", "ADMIN_STATE=configured\n");
                break;
        }

        var looks = _disk.Looks;
        Assert.NotSame(_former, Persist());

        Assert.NotEqual(looks, _disk.Looks);
        Assert.Equal(before, Read(ours));
        Persist();
        Assert.Same(Persist(), Persist());
    }

    [Fact]
    public void Another_belief_is_looked_at_and_written()
    {
        var belief = Vpc.Believe(Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1, "10.0.1.10", "10.0.1.12")));

        _files.Persist(belief, _reconciler.Converge(belief));

        Assert.Contains("10.0.1.12", Read(Scripts + "ifcfg-eth1"), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_configuration_is_looked_at_and_written()
    {
        _reconciler.Options = _reconciler.Options with { Backend = PersistenceBackend.None };

        Assert.Equal("none", Persist().Choice.Name);
    }

    [Fact]
    public void A_setting_that_the_kernel_has_now_is_looked_at()
    {
        var looks = _disk.Looks;
        _machine.Kernel.SetSysctl("eth1", Core.Kernel.SysctlKey.RpFilter, 1);

        Persist();

        Assert.NotEqual(looks, _disk.Looks);
    }

    [Fact]
    public void A_disk_that_could_not_be_written_is_tried_again()
    {
        _disk.IsFull = true;
        File.Delete(At(Scripts + "ifcfg-eth1"));
        Assert.NotEmpty(Persist().Problems);
        Assert.NotEmpty(Persist().Problems);
        _disk.IsFull = false;

        Assert.Empty(Persist().Problems);
        Assert.True(File.Exists(At(Scripts + "ifcfg-eth1")));
    }

    [Fact]
    public void To_see_that_nothing_has_happened_makes_next_to_nothing()
    {
        var result = _reconciler.Converge(_belief);
        _files.Persist(_belief, result);
        var before = GC.GetAllocatedBytesForCurrentThread();

        _files.Persist(_belief, result);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }

    private FilesResult Persist() => _files.Persist(_belief, _reconciler.Converge(_belief));

    private string At(string path) => Path.Combine(_machine.Paths.Root, path);

    private string Read(string path) => File.ReadAllText(At(path));

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }

    /// <summary>The machine's disk, with a count of how often it is looked at.</summary>
    private sealed class CountingDisk : IDisk
    {
        public int Looks { get; private set; }

        public bool IsFull { get; set; }

        public FileFacts? Look(string path)
        {
            Looks++;
            return Disk.Instance.Look(path);
        }

        public byte[] Read(string path)
        {
            Looks++;
            return Disk.Instance.Read(path);
        }

        public IReadOnlyList<string> List(string folder)
        {
            Looks++;
            return Disk.Instance.List(folder);
        }

        public void CreateFolder(string path) => Disk.Instance.CreateFolder(path);

        public void Create(string path, byte[] content, UnixFileMode mode, FileOwner? owner, bool durable)
        {
            if (IsFull)
            {
                throw new IOException("No space left on device");
            }

            Disk.Instance.Create(path, content, mode, owner, durable);
        }

        public void Rename(string from, string to) => Disk.Instance.Rename(from, to);

        public bool Exchange(string one, string other) => Disk.Instance.Exchange(one, other);

        public void Delete(string path) => Disk.Instance.Delete(path);

        public void SyncFolder(string path) => Disk.Instance.SyncFolder(path);
    }
}
