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
