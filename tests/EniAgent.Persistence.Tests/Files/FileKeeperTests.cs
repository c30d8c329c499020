using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using EniAgent.Core.Addressing;
using EniAgent.Core.Options;
using EniAgent.Core.Ownership;
using EniAgent.Core.Wording;
using EniAgent.Linux.Files;
using EniAgent.Linux.Host;
using EniAgent.Persistence.Backends;
using EniAgent.Persistence.Backends.Ifcfg;
using EniAgent.Persistence.Backends.NetworkManager;
using EniAgent.Persistence.Files;
using EniAgent.Persistence.Model;

namespace EniAgent.Persistence.Tests.Files;

public sealed class FileKeeperTests : IDisposable
{
    private const string Scripts = "/etc/sysconfig/network-scripts";
    private const string Guide = "DEVICE='eth0'\nNM_CONTROLLED='yes'\nIPADDR='10.0.1.10'\nNETMASK='255.255.255.0'\nGATEWAY='10.0.1.1'\n# the last";

    private readonly IfcfgRenderer _ifcfg = new();

    private string Root { get; set; } = Directory.CreateTempSubdirectory("eni-agent-files-").FullName;

    public void Dispose() => Directory.Delete(Root, recursive: true);

    [Fact]
    public void A_file_that_was_there_comes_back_byte_for_byte()
    {
        Put("ifcfg-eth0", Guide);
        Converge(Samples.TwoEnis);
        Assert.Contains("IPADDR1='10.0.1.11'", Get("ifcfg-eth0"), StringComparison.Ordinal);

        Converge(new BootState { Enis = [] });

        Assert.Equal(Guide, Get("ifcfg-eth0"));
        Assert.Equal(["ifcfg-eth0"], Names());
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Root, "var"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void What_an_administrator_changed_meanwhile_stays_when_the_addresses_go()
    {
        Put("ifcfg-eth0", Guide);
        Converge(Samples.TwoEnis);
        Put("ifcfg-eth0", Get("ifcfg-eth0").Replace("# the last", "MTU='1400'", StringComparison.Ordinal));

        Converge(new BootState { Enis = [] });

        Assert.Equal(Guide.Replace("# the last", "MTU='1400'", StringComparison.Ordinal), Get("ifcfg-eth0"));
    }

    [Theory]
    [InlineData("ifcfg-eth0")]
    [InlineData("ifcfg-eth1")]
    public void What_somebody_writes_while_the_agent_does_is_not_written_over(string file)
    {
        Put("ifcfg-eth0", Guide);
        var path = Path.Combine(Root + Scripts, file);
        var disk = new BusyDisk(Disk.Instance, written =>
        {
            if (written == Path.Combine(Root + Scripts, $".{file}.new"))
            {
                File.AppendAllText(path, "# mine\n");
            }
        });
        var keeper = Keeper(disk);

        var problem = Assert.Single(keeper.Apply(keeper.Plan([_ifcfg], Samples.TwoEnis, new HostFacts())));

        Assert.Equal($"{Scripts}/{file}: was changed by somebody else in this moment", problem);
        Assert.EndsWith("# mine\n", Get(file), StringComparison.Ordinal);
        Converge(Samples.TwoEnis);
        Assert.Contains("# mine", Get("ifcfg-eth0") + Get("ifcfg-eth1"), StringComparison.Ordinal);
        Assert.Contains("IPADDR1='10.0.1.11'", Get("ifcfg-eth0"), StringComparison.Ordinal);
        Converge(new BootState { Enis = [] });
        Assert.DoesNotContain("10.0.1.11", Get("ifcfg-eth0"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_somebody_writes_between_the_last_look_and_the_rename_comes_back()
    {
        Put("ifcfg-eth0", Guide);
        var disk = new BusyDisk(Disk.Instance, _ => { }) { BeforeExchange = _ => Put("ifcfg-eth0", "# mine\n" + Guide) };

        var problem = Assert.Single(Keeper(disk).Apply(Keeper(disk).Plan([_ifcfg], Samples.TwoEnis, new HostFacts())));

        Assert.Equal($"{Scripts}/ifcfg-eth0: was changed by somebody else in this moment", problem);
        Assert.Equal("# mine\n" + Guide, Get("ifcfg-eth0"));
        Assert.DoesNotContain(".ifcfg-eth0.new", Names());
        Converge(Samples.TwoEnis);
        Assert.StartsWith("# mine\n", Get("ifcfg-eth0"), StringComparison.Ordinal);
        Assert.Contains("IPADDR1='10.0.1.11'", Get("ifcfg-eth0"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_they_write_once_more_while_theirs_comes_back_stays()
    {
        Put("ifcfg-eth0", Guide);
        var saves = 0;
        var disk = new BusyDisk(Disk.Instance, _ => { }) { BeforeExchange = _ => Put("ifcfg-eth0", $"# save {++saves}\n" + Guide) };

        Assert.Single(Keeper(disk).Apply(Keeper(disk).Plan([_ifcfg], Samples.TwoEnis, new HostFacts())));

        Assert.StartsWith("# save ", Get("ifcfg-eth0"), StringComparison.Ordinal);
        Assert.DoesNotContain("# save 1", Get("ifcfg-eth0"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_our_own_that_cannot_be_read_is_written_anew()
    {
        var renderer = new Wanting(new RenderedFile($"{Scripts}/60-eni-agent.conf", "right\n", UnixFileMode.UserRead, IsEdit: false, null));
        File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(Root + Scripts).FullName, "60-eni-agent.conf"), new byte[64]);

        Converge(Samples.TwoEnis, renderer);

        Assert.Equal("right\n", Get("60-eni-agent.conf"));
    }

    [Fact]
    public void Where_two_files_cannot_be_exchanged_one_is_renamed_over_the_other()
    {
        Put("ifcfg-eth0", Guide);
        var disk = new BusyDisk(Disk.Instance, _ => { }) { CanExchange = false };

        Assert.Empty(Keeper(disk).Apply(Keeper(disk).Plan([_ifcfg], Samples.TwoEnis, new HostFacts())));

        Assert.Contains("IPADDR1='10.0.1.11'", Get("ifcfg-eth0"), StringComparison.Ordinal);
        Assert.DoesNotContain(".ifcfg-eth0.new", Names());
    }

    [Fact]
    public void An_administrators_edit_between_two_runs_is_kept()
    {
        Put("ifcfg-eth0", Guide);
        Converge(Samples.TwoEnis);
        Put("ifcfg-eth0", "# mine\n" + Get("ifcfg-eth0"));

        Converge(Samples.TwoEnis with { Enis = [Samples.Primary with { Addresses = [.. Samples.Primary.Addresses, IpAddress.Parse("10.0.1.12")] }, Samples.Secondary] });

        Assert.StartsWith("# mine\n", Get("ifcfg-eth0"), StringComparison.Ordinal);
        Assert.Contains("IPADDR2='10.0.1.12'", Get("ifcfg-eth0"), StringComparison.Ordinal);

        Converge(new BootState { Enis = [] });

        Assert.Equal("# mine\n" + Guide, Get("ifcfg-eth0"));
    }

    [Fact]
    public void An_edited_file_is_not_given_back_while_too_little_is_known_of_its_ENI()
    {
        Put("ifcfg-eth0", Guide);
        Converge(Samples.TwoEnis);
        var edited = Get("ifcfg-eth0");

        Converge(new BootState { Enis = [], Untouched = new HashSet<MacAddress> { Samples.Primary.Mac } });

        Assert.Equal(edited, Get("ifcfg-eth0"));
    }

    [Fact]
    public void An_edited_file_keeps_its_mode_and_its_owner()
    {
        Put("ifcfg-eth0", Guide);
        var path = Root + Scripts + "/ifcfg-eth0";
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        var before = Disk.Instance.Look(path)!.Value;

        Converge(Samples.TwoEnis);

        var after = Disk.Instance.Look(path)!.Value;
        Assert.Equal((before.Mode, before.Owner), (after.Mode, after.Owner));
    }

    [Fact]
    [Trait("Needs", "root")]
    public void A_file_of_another_owner_is_named_and_stays_the_owners()
    {
        Directory.CreateDirectory(Root + Scripts);
        var path = Root + Scripts + "/ifcfg-eth0";
        Disk.Instance.Create(path, Encoding.UTF8.GetBytes(Guide), UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileOwner(1000, 1000), durable: false);

        var plan = Keeper(Disk.Instance).Plan([_ifcfg], Samples.TwoEnis, new HostFacts());
        Keeper(Disk.Instance).Apply(plan);

        Assert.Contains(new Finding(Scripts + "/ifcfg-eth0", 0, Sentence.AsIs("belongs to user 1000, not to root"), IsNote: true), plan.Findings);
        Assert.Equal(new FileOwner(1000, 1000), Disk.Instance.Look(path)!.Value.Owner);
    }

    [Fact]
    public void What_is_renamed_is_on_the_disk_before_and_the_name_after()
    {
        Put("ifcfg-eth0", Guide);
        var disk = new CrashingDisk(Disk.Instance, int.MaxValue);

        Keeper(disk).Apply(Keeper(disk).Plan([_ifcfg], Samples.TwoEnis, new HostFacts()));

        foreach (var (change, at) in disk.Changes.Select((change, at) => (change, at)).Where(c => c.change.StartsWith("rename ", StringComparison.Ordinal)))
        {
            var path = change["rename ".Length..];
            Assert.Equal($"durable {Path.GetDirectoryName(path)}/.{Path.GetFileName(path)}.new", disk.Changes[at - 1]);
            Assert.Equal($"sync {Path.GetDirectoryName(path)}", disk.Changes[at + 1]);
        }
    }

    [Fact]
    public void A_folder_that_may_not_be_written_is_reported_and_the_rest_is_done()
    {
        Put("ifcfg-eth0", Guide);
        Directory.CreateDirectory(Root + "/var/lib");
        File.WriteAllText(Root + "/var/lib/eni-agent", "a file in the folder's place");

        var problems = Keeper(Disk.Instance).Apply(Keeper(Disk.Instance).Plan([_ifcfg], Samples.TwoEnis, new HostFacts()));

        Assert.Contains(problems, problem => problem.StartsWith(Scripts + "/ifcfg-eth0: ", StringComparison.Ordinal));
        Assert.Equal(Guide, Get("ifcfg-eth0"));
        Assert.Contains("ifcfg-eth1", Names());
    }

    [Fact]
    public void A_link_that_leads_out_of_the_root_is_refused()
    {
        var outside = Path.GetTempFileName();
        File.WriteAllText(outside, Guide);
        Directory.CreateDirectory(Root + Scripts);
        File.CreateSymbolicLink(Root + Scripts + "/ifcfg-eth0", outside);

        var plan = Keeper(Disk.Instance).Plan([_ifcfg], Samples.TwoEnis, new HostFacts());
        Keeper(Disk.Instance).Apply(plan);

        Assert.Contains(plan.Findings, finding => finding.Message.English.Contains("leads out of the root", StringComparison.Ordinal));
        Assert.Equal(Guide, File.ReadAllText(outside));
        File.Delete(outside);
    }

    [Fact]
    public void A_key_that_stands_there_twice_is_named_with_its_line()
    {
        Put("ifcfg-eth0", "DEVICE=eth0\nIPADDR=10.0.1.10\nIPADDR=10.0.1.12\n");

        var plan = Keeper(Disk.Instance).Plan([_ifcfg], Samples.TwoEnis, new HostFacts());

        Assert.Equal(3, Assert.Single(plan.Findings).Line);
        Assert.DoesNotContain(plan.Changes, change => change.Path == Scripts + "/ifcfg-eth0");
    }

    [Fact]
    public void What_comes_back_has_the_primary_address_that_is_the_ENIs_now()
    {
        Put("ifcfg-eth0", Guide);
        Converge(Samples.TwoEnis);
        Converge(Moved);

        Converge(new BootState { Enis = [] });

        Assert.Equal(Guide.Replace("10.0.1.", "10.0.9.", StringComparison.Ordinal).Replace("9.10", "9.20", StringComparison.Ordinal), Get("ifcfg-eth0"));
    }

    [Fact]
    public void So_does_a_keyfile_though_somebody_changed_it()
    {
        const string Profile = "/etc/NetworkManager/system-connections/eth0.nmconnection";
        const string First = "[connection]\ntype=ethernet\ninterface-name=eth0\n\n[ipv4]\nmethod=manual\naddress1=10.0.1.10/24,10.0.1.1\ndns=9.9.9.9;\n";
        var renderer = new NetworkManagerRenderer();
        Directory.CreateDirectory(Path.GetDirectoryName(Root + Profile)!);
        File.WriteAllText(Root + Profile, First);
        Converge(Samples.TwoEnis, renderer);
        Converge(Moved, renderer);
        File.WriteAllText(Root + Profile, File.ReadAllText(Root + Profile).Replace("9.9.9.9", "8.8.8.8", StringComparison.Ordinal));

        Converge(new BootState { Enis = [] }, renderer);

        Assert.Equal(First.Replace("10.0.1.10/24,10.0.1.1", "10.0.9.20/24,10.0.9.1", StringComparison.Ordinal).Replace("9.9.9.9", "8.8.8.8", StringComparison.Ordinal), File.ReadAllText(Root + Profile));
    }

    // The primary ENI in another subnet.
    private static BootState Moved => Samples.TwoEnis with
    {
        Enis = [Samples.Primary with { Subnet = IpPrefix.Parse("10.0.9.0/24"), Gateway = IpAddress.Parse("10.0.9.1"), Addresses = [IpAddress.Parse("10.0.9.20")] }, Samples.Secondary],
        Former = Samples.Primary.Addresses.Select(address => new ListedAddress(Samples.Primary.Mac, address)).ToHashSet(),
    };

    private FileKeeper Keeper(IDisk disk) => new(disk, new AgentPaths(Root));

    private void Converge(BootState state, IFileRenderer? renderer = null)
    {
        var keeper = Keeper(Disk.Instance);
        Assert.Empty(keeper.Apply(keeper.Plan([renderer ?? _ifcfg], state, new HostFacts())));
    }

    private void Put(string name, string text)
    {
        Directory.CreateDirectory(Root + Scripts);
        File.WriteAllText(Root + Scripts + "/" + name, text);
    }

    private string Get(string name) => File.ReadAllText(Root + Scripts + "/" + name);

    private IReadOnlyList<string> Names() => Disk.Instance.List(Root + Scripts);

    // Wants one file, whatever stands there.
    private sealed class Wanting(RenderedFile file) : IFileRenderer
    {
        public PersistenceBackend Backend => PersistenceBackend.None;

        public IReadOnlyList<string> Folders => [Scripts];

        public IReadOnlyList<BootRule> RulesOf(BootState state) => [];

        public Rendering Render(BootState state, HostFacts host, IFileTree files) => new([file], []);

        public string? Undo(string current, string original, string edited) => null;
    }
}
