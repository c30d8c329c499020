using EniAgent.Core.Metadata;

namespace EniAgent.Metadata.Tests;

/// <summary>What reads cost, in requests.</summary>
public class RequestCountTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public async Task A_cold_read_asks_for_three_documents_and_six_an_eni(int enis)
    {
        await using var bench = new Bench(enis, addresses: 30);

        var paths = await bench.PathsOfReadAsync(background: true);

        Assert.Equal(3 + (6 * enis), paths.Count);
        Assert.Distinct(paths);
        Assert.True(paths.Count <= 2 + (7 * enis));
        Assert.Equal(paths.Count, bench.Client.Counters.Requests);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task An_unchanged_read_asks_for_the_two_kinds_of_lists_only(int enis)
    {
        await using var bench = new Bench(enis, addresses: 3);
        var cold = await bench.SnapshotAsync();
        bench.Server.Forget();

        Assert.Equal(cold, await bench.SnapshotAsync());

        Assert.Equal([FakeInstance.Macs, .. Enumerable.Range(0, enis).Select(FakeInstance.List)], bench.Server.Paths.Order());
    }

    [Fact]
    public async Task A_new_eni_costs_its_own_documents()
    {
        await using var bench = new Bench(2);
        await bench.SnapshotAsync();
        bench.Instance.Attach(2);

        var paths = await bench.PathsOfReadAsync();

        Assert.Equal(1 + 2 + 6, paths.Count);
        Assert.Equal(6, paths.Count(path => path.StartsWith(FakeInstance.Folder(2), StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_assigned_address_costs_what_tells_the_primary_address_and_the_subnet()
    {
        await using var bench = new Bench(2);
        await bench.SnapshotAsync();
        bench.Instance.SetAddresses(1, FakeInstance.Address(1, 0), FakeInstance.Address(1, 1));

        var paths = await bench.PathsOfReadAsync();

        var folder = FakeInstance.Folder(1);
        Assert.Equal(
            [folder + "primary-local-ipv4", $"{folder}local-ipv4s/{FakeInstance.Primary(1)}/gateway", $"{folder}local-ipv4s/{FakeInstance.Primary(1)}/subnet-mask"],
            paths.Except([FakeInstance.Macs, FakeInstance.List(0), FakeInstance.List(1)]).Order().OrderBy(path => path.Contains("local-ipv4s", StringComparison.Ordinal)));
        Assert.Equal(1 + 2 + 3, paths.Count);
        Assert.Equal(2, (await bench.SnapshotAsync()).Enis[1].Addresses.Length);
    }

    [Fact]
    public async Task An_unassigned_address_costs_nothing()
    {
        await using var bench = new Bench(2, addresses: 3);
        await bench.SnapshotAsync();
        bench.Instance.SetAddresses(1, FakeInstance.Address(1, 0), FakeInstance.Address(1, 2));

        Assert.Equal(1 + 2, (await bench.PathsOfReadAsync()).Count);
        Assert.Equal(2, (await bench.SnapshotAsync()).Enis[1].Addresses.Length);
    }

    [Fact]
    public async Task A_primary_address_that_left_the_list_makes_everything_of_its_eni_be_read_again()
    {
        await using var bench = new Bench(2);
        await bench.SnapshotAsync();
        bench.Instance.SetAddresses(0, "10.9.0.5");
        bench.Instance[FakeInstance.Folder(0) + "primary-local-ipv4"] = "10.9.0.5";
        bench.Instance[FakeInstance.Folder(0) + "subnet-id"] = "subnet-moved";

        var paths = await bench.PathsOfReadAsync();
        var primary = (await bench.SnapshotAsync()).Primary!;

        Assert.Equal(1 + 2 + 5, paths.Count);
        Assert.Equal("10.9.0.0/24", primary.Subnet.ToString());
        Assert.Equal("subnet-moved", primary.SubnetId);
    }

    [Fact]
    public async Task A_quiet_sync_of_a_fresh_process_asks_for_the_lists_and_one_more()
    {
        await using var bench = new Bench(8, addresses: 30);
        var cold = await bench.SnapshotAsync(background: true);
        bench.Restart(bench.Client.Export());
        bench.Server.Forget();

        var warm = await bench.SnapshotAsync(background: true);

        Assert.Equal(2 + 8, bench.Server.Paths.Count);
        Assert.Equal(cold.Enis.Select(eni => eni with { VpcId = "vpc-1" }), warm.Enis);
    }

    [Fact]
    public async Task Eips_are_looked_for_only_until_each_has_its_place()
    {
        await using var bench = new Bench(1, addresses: 30);
        bench.Instance.SetEips(0, (FakeInstance.Address(0, 0), "43.1.1.1"), (FakeInstance.Address(0, 2), "43.1.1.3"));

        var paths = await bench.PathsOfReadAsync();

        Assert.Equal(3 + 6 + 3 + 2, paths.Count);
        var addresses = (await bench.SnapshotAsync()).Enis[0].Addresses;
        Assert.Equal("43.1.1.1", addresses[0].PublicAddress.ToString());
        Assert.Equal("NAT", addresses[0].PublicAddressMode);
        Assert.True(addresses[1].PublicAddress.IsNone);
        Assert.Equal("43.1.1.3", addresses[2].PublicAddress.ToString());
        Assert.Equal(2, (await bench.PathsOfReadAsync()).Count);
    }

    [Fact]
    public async Task At_most_four_requests_are_under_way_on_at_most_four_connections_that_are_kept()
    {
        await using var bench = new Bench(8);
        var script = bench.Server.Script;
        bench.Server.Script = path => script(path) with { Delay = TimeSpan.FromMilliseconds(5) };

        await bench.SnapshotAsync();
        await bench.SnapshotAsync();

        Assert.Equal(4, bench.Server.MostConcurrent);
        Assert.Equal(4, bench.Server.Connections);
        Assert.IsType<MetadataResult.Snapshot>(await bench.ReadAsync());
    }
}
