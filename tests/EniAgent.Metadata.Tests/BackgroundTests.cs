using Microsoft.Extensions.Time.Testing;

namespace EniAgent.Metadata.Tests;

/// <summary>Documents that change without a hint are noticed all the same, and nothing that fails in the background matters.</summary>
public class BackgroundTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Polls_every_ten_seconds_cost_less_than_half_a_request_more_than_the_lists()
    {
        await using var bench = new Bench(2, addresses: 3, time: _time);
        await bench.SnapshotAsync(background: true);
        bench.Server.Forget();
        const int polls = 720;

        for (var poll = 0; poll < polls; poll++)
        {
            await PollAsync(bench);
        }

        Assert.InRange(bench.Server.Paths.Count, 3 * polls, 3.5 * polls);
        Assert.All(bench.Server.Paths.Where(path => !path.EndsWith("vpc-id", StringComparison.Ordinal)).CountBy(path => path), count => Assert.True(count.Value > 2, count.Key));
    }

    [Fact]
    public async Task An_eip_is_seen_to_come_and_go_within_a_minute()
    {
        await using var bench = new Bench(3, addresses: 4, time: _time);
        await bench.SnapshotAsync(background: true);

        for (var i = 0; i < 4; i++)
        {
            bench.Instance.SetEips(1, (FakeInstance.Address(1, 2), "43.1.1.1"));
            await PollAsync(bench, 6);
            Assert.Equal("43.1.1.1", (await bench.SnapshotAsync()).Enis[1].Addresses[2].PublicAddress.ToString());

            bench.Instance.SetEips(1, (FakeInstance.Address(1, 2), "43.1.1.1"), (FakeInstance.Address(1, 0), "43.1.1.2"));
            await PollAsync(bench, 6);
            var addresses = (await bench.SnapshotAsync()).Enis[1].Addresses;
            Assert.Equal(["43.1.1.2", "none", "43.1.1.1", "none"], addresses.Select(address => address.PublicAddress.ToString()));

            bench.Instance.SetEips(1);
            await PollAsync(bench, 6);
            Assert.All((await bench.SnapshotAsync()).Enis[1].Addresses, address => Assert.True(address.PublicAddress.IsNone));
        }
    }

    [Fact]
    public async Task An_eip_that_is_listed_before_its_address_says_so_is_placed_later()
    {
        await using var bench = new Bench(1, addresses: 3, time: _time);
        bench.Instance[FakeInstance.Folder(0) + "public-ipv4s"] = "43.1.1.1\n";
        Assert.True((await bench.SnapshotAsync(background: true)).Enis[0].Addresses[1].PublicAddress.IsNone);
        bench.Instance.SetEips(0, (FakeInstance.Address(0, 1), "43.1.1.1"));

        await PollAsync(bench, 18);

        Assert.Equal("43.1.1.1", (await bench.SnapshotAsync()).Enis[0].Addresses[1].PublicAddress.ToString());
    }

    [Fact]
    public async Task The_vpc_is_read_first_and_counts_for_every_eni()
    {
        await using var bench = new Bench(3, time: _time);
        Assert.All((await bench.SnapshotAsync(background: true)).Enis, eni => Assert.Equal("", eni.VpcId));

        await PollAsync(bench);

        Assert.All((await bench.SnapshotAsync()).Enis, eni => Assert.Equal("vpc-1", eni.VpcId));
        Assert.Single(bench.Server.Paths, path => path.EndsWith("vpc-id", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_changed_gateway_makes_its_eni_be_read_again_as_a_whole_in_the_same_read()
    {
        await using var bench = new Bench(1, time: _time);
        await bench.SnapshotAsync(background: true);
        var address = $"{FakeInstance.List(0)}{FakeInstance.Primary(0)}/";
        bench.Instance[address + "gateway"] = "10.0.0.254";
        bench.Instance[address + "subnet-mask"] = "255.255.0.0";
        bench.Instance[FakeInstance.Folder(0) + "subnet-id"] = "subnet-new";

        for (var poll = 0; poll < 120; poll++)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            var eni = (await bench.SnapshotAsync(background: true)).Enis[0];
            Assert.Equal(eni.Gateway.ToString() == "10.0.0.1" ? (24, "subnet-0") : (16, "subnet-new"), (eni.Subnet.Length, eni.SubnetId));
        }

        Assert.Equal("subnet-new", (await bench.SnapshotAsync()).Enis[0].SubnetId);
    }

    [Fact]
    public async Task A_document_that_turns_wrong_or_vanishes_is_a_fault_of_its_eni()
    {
        await using var bench = new Bench(2, time: _time);
        var mask = $"{FakeInstance.List(1)}{FakeInstance.Primary(1)}/subnet-mask";
        await bench.SnapshotAsync(background: true);

        bench.Instance[mask] = "255.0.255.0";
        Assert.False(Assert.Single(await FaultsWithinAsync(bench, 150)).IsPending);
        bench.Instance.Remove(mask);
        Assert.True(Assert.Single((await bench.SnapshotAsync()).Faults).IsPending);
        bench.Instance[mask] = "255.255.255.0";
        Assert.Empty((await bench.SnapshotAsync()).Faults);

        bench.Instance.Remove(FakeInstance.Folder(1) + "subnet-id");
        Assert.True(Assert.Single(await FaultsWithinAsync(bench, 150)).IsPending);
    }

    [Fact]
    public async Task What_fails_in_the_background_is_asked_once_and_changes_nothing()
    {
        await using var bench = new Bench(2, addresses: 2, time: _time);
        bench.Instance.SetEips(1, (FakeInstance.Address(1, 1), "43.1.1.1"));
        await bench.SnapshotAsync(background: true);
        await PollAsync(bench);
        var good = await bench.SnapshotAsync();
        var script = bench.Server.Script;
        var failing = 0;
        bench.Server.Script = path => path.EndsWith('/') ? script(path) : (Interlocked.Increment(ref failing) % 3) switch
        {
            0 => Reply.Status(500),
            1 => Reply.Text("<html>"),
            _ => Reply.Raw(""),
        };
        var before = bench.Client.Counters.Requests;

        for (var poll = 0; poll < 360; poll++)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            Assert.Equal(good, await bench.SnapshotAsync(background: true));
        }

        Assert.True(failing > 100);
        Assert.InRange(bench.Client.Counters.Requests - before, 3 * 360, 3.5 * 360);
        Assert.Equal(0, bench.Client.Counters.Failures);
    }

    [Fact]
    public async Task A_burst_asks_for_nothing_in_the_background()
    {
        await using var bench = new Bench(1, time: _time);
        await bench.SnapshotAsync();
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(2, (await bench.PathsOfReadAsync(background: false)).Count);
    }

    [Fact]
    public async Task What_is_in_doubt_is_asked_for_again_document_by_document_once()
    {
        await using var bench = new Bench(2, time: _time);
        var all = await bench.PathsOfReadAsync(background: true);

        bench.Client.Doubt();

        Assert.Equal(all.Order(), (await bench.PathsOfReadAsync(background: false)).Order());
        Assert.Equal(3, (await bench.PathsOfReadAsync(background: false)).Count);
    }

    private async Task<IReadOnlyList<Core.Metadata.EniFault>> FaultsWithinAsync(Bench bench, int polls)
    {
        for (var poll = 0; poll < polls; poll++)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            if ((await bench.SnapshotAsync(background: true)).Faults is { Length: > 0 } faults)
            {
                return faults;
            }
        }

        return [];
    }

    private async Task PollAsync(Bench bench, int times = 1)
    {
        for (var time = 0; time < times; time++)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            await bench.SnapshotAsync(background: true);
        }
    }
}
