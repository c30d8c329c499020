using EniAgent.Persistence.Backends;

namespace EniAgent.Persistence.Tests.Backends;

public class CommonFilesTests
{
    [Fact]
    public void Settings_and_names_stand_beside_every_back_end()
    {
        var state = Samples.TwoEnis with { Enis = [Samples.Primary, Samples.Secondary with { Settings = [("rp_filter", 2)] }] };

        var files = new CommonFiles().Render(state, new HostFacts(), new MemoryTree()).Files.ToDictionary(f => f.Path, f => f.Content.Split('\n')[1..^1]);

        Assert.Equal(["net/ipv4/conf/eth1/rp_filter = 2"], files["/etc/sysctl.d/90-eni-agent.conf"]);
        Assert.Equal(["31000 eni-eth0", "31001 eni-eth1"], files["/etc/iproute2/rt_tables.d/eni-agent.conf"]);
        Assert.Equal(["131 eni-agent"], files["/etc/iproute2/rt_protos.d/eni-agent.conf"]);
    }

    [Fact]
    public void A_setting_that_is_in_force_stays_though_nobody_knows_any_more_why()
    {
        var state = Samples.TwoEnis with { Enis = [Samples.Primary, Samples.Secondary with { Settings = [("rp_filter", 2)] }] };
        var tree = MemoryTree.Of([.. new CommonFiles().Render(state, new HostFacts(), new MemoryTree()).Files.Select(f => (f.Path, f.Content))]);

        Assert.Contains("eth1/rp_filter = 2", SettingsWith(2), StringComparison.Ordinal);
        Assert.DoesNotContain("eth1/rp_filter", SettingsWith(1), StringComparison.Ordinal);

        string SettingsWith(int inForce) => string.Concat(
            new CommonFiles().Render(state with { Enis = [Samples.Primary, Samples.Secondary with { InForce = [("rp_filter", inForce)] }] }, new HostFacts(), tree)
                .Files.Where(f => f.Path.StartsWith("/etc/sysctl.d", StringComparison.Ordinal)).Select(f => f.Content));
    }

    [Fact]
    public void A_machine_with_one_ENI_needs_none()
    {
        Assert.Empty(new CommonFiles().Render(Samples.TwoEnis with { Enis = [Samples.Primary], HasRules = false }, new HostFacts(), new MemoryTree()).Files);
    }

    [Fact]
    public void Where_folders_of_names_are_not_read_the_plain_files_are_edited()
    {
        const string Theirs = "255\tlocal\n254\tmain";
        var tree = MemoryTree.Of(("/etc/iproute2/rt_tables", Theirs), ("/etc/iproute2/rt_protos", ""));
        var host = new HostFacts { IprouteReadsFolders = false };

        var files = new CommonFiles().Render(Samples.TwoEnis, host, tree).Files;

        Assert.All(files, file => Assert.True(file.IsEdit));
        var text = Assert.Single(files, file => file.Path == "/etc/iproute2/rt_tables").Content;
        Assert.Equal(Theirs + "\n# eni-agent: what follows is kept by it\n31000 eni-eth0\n31001 eni-eth1\n# eni-agent: end\n", text);
        tree.Files["/etc/iproute2/rt_tables"] = text;
        Assert.Equal(text, new CommonFiles().Render(Samples.TwoEnis, host, tree).Files.Single(file => file.Path == "/etc/iproute2/rt_tables").Content);
        Assert.Equal(Theirs + "\n200 mine\n", new CommonFiles().Undo(text + "200 mine\n", Theirs, text));
    }
}
