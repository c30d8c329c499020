using System.Diagnostics;
using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Simulator.Probes;

namespace EniAgent.Integration.Tests;

/// <summary>ENIs come and go under the running daemon, in every order in which NIC and metadata can.</summary>
[Trait("Needs", "root")]
public sealed class HotPlugTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);

    /// <summary>How an attachment may unfold.</summary>
    public static TheoryData<string> Orders => [.. Unfolding.Keys];

    private static Dictionary<string, AttachOptions> Unfolding => new()
    {
        ["NIC and metadata at once"] = AttachOptions.AtOnce,
        ["NIC first, metadata two seconds later"] = new() { MetadataDelay = TimeSpan.FromSeconds(2) },
        ["metadata first, NIC later"] = new() { NicDelay = TimeSpan.FromSeconds(1.2) },
        ["MAC listed before its addresses"] = new() { AddressesDelay = Moment },
        ["addresses listed before mask and gateway"] = new() { DetailsDelay = Moment },
        ["everything late, one after the other"] = new() { MetadataDelay = Moment, AddressesDelay = Moment, DetailsDelay = Moment },
        ["metadata complete long before a NIC of another name"] = new() { NicDelay = Moment, NicName = "ens7" },
    };

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task A_hot_attached_eni_answers_from_everywhere(string order)
    {
        await using var world = await World.CreateAsync(output);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var eni = world.Vpc.CreateNetworkInterface(world.B, secondaryAddresses: 2);

        var answering = Pinger.UntilAllAnswerAsync(world.A.Client, eni.Addresses, Eventually.Patience);
        await world.Vpc.AttachNetworkInterfaceAsync(world.Guest, eni, Unfolding[order]);
        var complete = Stopwatch.GetTimestamp();
        Assert.NotNull(await answering);

        world.Report($"hot attach ({order}), from the moment that all is there,", Stopwatch.GetElapsedTime(complete));
        await daemon.UntilAsync(status => status.State == "in-sync" && status.Enis.Count == 2);
        await world.EverythingAnswersAsync();
    }

    [Fact]
    public async Task Two_enis_attached_at_once_answer_both()
    {
        await using var world = await World.CreateAsync(output);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();

        await Task.WhenAll(world.AttachAsync(world.A, secondaryAddresses: 1), world.AttachAsync(world.B, secondaryAddresses: 1));

        await daemon.UntilAsync(status => status.State == "in-sync" && status.Enis.Count == 3 && status.Enis.All(eni => eni.State == "in-sync"));
        await world.EverythingAnswersAsync();
    }

    [Fact]
    public async Task After_a_detachment_nic_first_it_is_as_if_the_eni_had_never_been_there()
    {
        await using var world = await World.CreateAsync(output);
        await world.AttachAsync(world.A);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var before = await world.StateAsync();
        var eni = await world.AttachAsync(world.B, secondaryAddresses: 2);
        await daemon.UntilAsync(status => status.Enis.Count == 3 && status.State == "in-sync");

        var detaching = world.Vpc.DetachNetworkInterfaceAsync(eni, new() { MetadataDelay = TimeSpan.FromSeconds(6) });

        // At once, while metadata still lists it.
        await Eventually.TrueAsync(async () => (await world.ChangesSinceAsync(before)).Count == 0, state: () => Changes(world, before));
        Assert.Contains(eni.Mac, world.Vpc.Metadata.Document(world.Guest, "/latest/meta-data/network/interfaces/macs/"), StringComparison.OrdinalIgnoreCase);
        await detaching;
        Assert.DoesNotContain(eni.Mac, world.Vpc.Metadata.Document(world.Guest, "/latest/meta-data/network/interfaces/macs/"), StringComparison.OrdinalIgnoreCase);
        await daemon.UntilAsync(status => status.Enis.Count == 2 && status.State == "in-sync");
        await world.EverythingAnswersAsync();
        Assert.Empty(await world.ChangesSinceAsync(before));
    }

    [Fact]
    public async Task After_a_detachment_metadata_first_it_is_as_if_the_eni_had_never_been_there()
    {
        await using var world = await World.CreateAsync(output);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var before = await world.StateAsync();
        var eni = await world.AttachAsync(world.B, secondaryAddresses: 2);
        await daemon.UntilAsync(status => status.Enis.Count == 2 && status.State == "in-sync");

        using (world.HideFromMetadata(eni.Mac))
        {
            await Eventually.TrueAsync(async () => (await world.ChangesSinceAsync(before)).All(IsOfTheIdleNic), state: () => Changes(world, before));
            await world.Vpc.DetachNetworkInterfaceAsync(eni);
        }

        await Eventually.TrueAsync(async () => (await world.ChangesSinceAsync(before)).Count == 0, state: () => Changes(world, before));
        await world.EverythingAnswersAsync();

        static bool IsOfTheIdleNic(string change) =>
            change.StartsWith("+ link eth1 up ", StringComparison.Ordinal) || change.StartsWith("+ sysctl eth1/", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mac_without_a_nic_and_a_nic_without_a_mac_are_no_trouble_for_as_long_as_they_last()
    {
        await using var world = await World.CreateAsync(output);
        var (gone, steady) = (await world.AttachAsync(world.B), await world.AttachAsync(world.B));
        var unlisted = world.Vpc.CreateNetworkInterface(world.A);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var hidden = world.HideFromMetadata(unlisted.Mac);
        await world.Vpc.AttachNetworkInterfaceAsync(world.Guest, unlisted, new() { NicName = "eth9" });
        await world.Guest.IpAsync("link set eth9 up", "addr add 192.0.2.9/24 dev eth9");
        var detaching = world.Vpc.DetachNetworkInterfaceAsync(gone, new() { MetadataDelay = TimeSpan.FromSeconds(15) });
        await daemon.UntilAsync(status => status.State == "in-sync" && status[gone.Mac].State == "no-link");

        // What it logs of the NIC that went comes by another way than its report.
        await PolledAsync(2);
        await using (var monitor = GuestProcess.Start(world.Guest, "ip", ["-4", "monitor", "link", "address", "route", "rule"]))
        {
            var logged = daemon.Log.Length;
            await PolledAsync(4);

            Assert.False(detaching.IsCompleted, "metadata does not list it any more: nothing is shown");
            Assert.Equal("", monitor.StandardOutput);
            Assert.True(daemon.Log.Length == logged, daemon.Log);
        }

        Assert.Equal(("in-sync", "in-sync"), (daemon.Report()!.State, daemon.Report()![steady.Mac].State));
        Assert.DoesNotContain(daemon.Report()!.Enis, eni => eni.Mac == unlisted.Mac);
        Assert.Contains("addr 192.0.2.9/24 dev eth9", Assert.Single(await world.LinesAsync("addr", "dev eth9")), StringComparison.Ordinal);

        // Each of them heals by itself. Whoever put the address there takes it away: bound to the NIC, the kernel would choose it.
        await world.Guest.IpAsync("addr del 192.0.2.9/24 dev eth9");
        hidden.Dispose();
        await daemon.UntilAsync(status => status.Enis.Any(eni => eni.Mac == unlisted.Mac && eni.State == "in-sync"));
        await detaching;
        await daemon.UntilAsync(status => status.State == "in-sync" && status.Enis.Count == 3);
        await world.EverythingAnswersAsync();

        async Task PolledAsync(int times)
        {
            var requests = world.Vpc.Metadata.RequestCount;
            await Eventually.TrueAsync(() => Task.FromResult(
                world.Vpc.Metadata.Requests.Skip(requests).Count(request => request.Path.EndsWith("/macs/", StringComparison.Ordinal)) >= times));
        }
    }

    [Fact]
    public async Task A_re_attached_eni_gets_its_table_back_and_answers()
    {
        await using var world = await World.CreateAsync(output);
        var eni = await world.AttachAsync(world.B, secondaryAddresses: 1);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var table = daemon.Report()![eni.Mac].Table;
        await world.Vpc.DetachNetworkInterfaceAsync(eni);
        await daemon.UntilAsync(status => status.Enis.Count == 1 && status.State == "in-sync");

        await world.Vpc.AttachNetworkInterfaceAsync(world.Guest, eni);

        await daemon.UntilAsync(status => status.Enis.Count == 2 && status.State == "in-sync");
        Assert.Equal(table, daemon.Report()![eni.Mac].Table);
        await world.EverythingAnswersAsync();
    }

    [Fact]
    public async Task An_eni_that_is_detached_and_attached_again_before_anybody_looked_answers()
    {
        await using var world = await World.CreateAsync(output);
        var eni = await world.AttachAsync(world.B, secondaryAddresses: 1);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();

        await world.Vpc.DetachNetworkInterfaceAsync(eni);
        await world.Vpc.AttachNetworkInterfaceAsync(world.Guest, eni);

        var time = await Pinger.UntilAllAnswerAsync(world.A.Client, eni.Addresses, Eventually.Patience, eni.NicAppeared);
        Assert.NotNull(time);
        world.Report("hot attach (detached and attached again)", time.Value);
        await Eventually.TrueAsync(world.Agent.IsInSyncAsync);
        await world.EverythingAnswersAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_nic_renamed_while_up_goes_on_answering(bool primary)
    {
        await using var world = await World.CreateAsync(output);
        var secondary = await world.AttachAsync(world.B, secondaryAddresses: 1);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var eni = primary ? world.Guest.PrimaryEni : secondary;

        await world.Guest.RenameNicAsync(eni, "ens9");

        await Eventually.TrueAsync(async () => (await world.Agent.StatusAsync())[eni.Mac].Interface == "ens9" && await world.Agent.IsInSyncAsync());
        await world.EverythingAnswersAsync();
        Assert.Empty(await world.LinesAsync("rule", "detached"));
    }

    private static async Task<string> Changes(World world, GuestState before) => string.Join('\n', await world.ChangesSinceAsync(before));
}
