using System.Diagnostics;
using EniAgent.Simulator.Probes;

namespace EniAgent.Simulator.Tests;

[Trait("Needs", "root")]
public sealed class PingerTests : IAsyncLifetime
{
    private Vpc _vpc = null!;
    private Guest _guest = null!;

    public async Task InitializeAsync()
    {
        _vpc = await Vpc.CreateAsync();
        _guest = await _vpc.CreateGuestAsync(await _vpc.CreateSubnetAsync());
    }

    public async Task DisposeAsync() => await _vpc.DisposeAsync();

    [Fact]
    public async Task Unanswered_pings_are_told_in_words()
    {
        var client = _vpc.Subnets[0].Client;
        var nobody = System.Net.IPAddress.Parse("10.0.1.77");

        var failures = await Pinger.PingAllAsync(
            [new Ping(client, nobody, "client"), new Ping(client, _guest.PrimaryEni.PrimaryAddress, "client")], TimeSpan.FromSeconds(1));

        Assert.Equal("client → 10.0.1.77: ", Assert.Single(failures).ToString()[..20]);
    }

    [Fact]
    public async Task A_source_that_is_not_there_is_a_failure_of_its_own()
    {
        var failures = await Pinger.PingAllAsync(
            [new Ping(_guest.Namespace, Vpc.InternetAddress, "guest") { Source = System.Net.IPAddress.Parse("10.9.9.9") }], TimeSpan.FromMilliseconds(200));

        Assert.Equal("guest from 10.9.9.9 → 198.51.100.2: cannot bind: Cannot assign requested address", Assert.Single(failures).ToString());
    }

    [Fact]
    public async Task A_stream_without_disturbance_loses_nothing()
    {
        await using var stream = TrafficStream.Start(_vpc.Internet, _guest.PrimaryEni.PrimaryAddress);
        await UntilSentAsync(stream, 50);

        var result = await stream.StopAsync();

        Assert.Empty(result.Lost);
        Assert.True(result.Sent >= 50);
    }

    [Fact]
    public async Task A_stream_counts_what_an_interruption_lost()
    {
        await using var stream = TrafficStream.Start(_vpc.Internet, _guest.PrimaryEni.PrimaryAddress);
        await UntilSentAsync(stream, 25);
        await _guest.IpAsync("addr del 10.0.1.5/24 dev eth0");
        await UntilSentAsync(stream, 40);
        await _guest.IpAsync("addr add 10.0.1.5/24 dev eth0", "route add default via 10.0.1.1");
        await UntilSentAsync(stream, 25);

        var result = await stream.StopAsync();

        Assert.InRange(result.Lost.Count, 5, result.Sent - 10);
        Assert.DoesNotContain(1, result.Lost);
        Assert.True(result.Longest > TimeSpan.FromMilliseconds(40));
    }

    [Fact]
    public async Task The_time_until_an_address_answers_is_measured_in_milliseconds()
    {
        var address = (await _vpc.AssignPrivateIpAddressesAsync(_guest.PrimaryEni))[0];
        var waiting = Pinger.UntilAnswersAsync(_vpc.Internet, address, TimeSpan.FromSeconds(5));
        await Task.Delay(300);
        await _guest.IpAsync($"addr add {address}/24 dev eth0");
        var start = Stopwatch.GetTimestamp();

        Assert.NotNull(await waiting);
        // An unanswered ARP request is repeated after 10 ms here; the kernel's own second would hide what is to be measured.
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromMilliseconds(900));
    }

    [Fact]
    public async Task An_address_that_never_answers_has_no_time() =>
        Assert.Null(await Pinger.UntilAnswersAsync(_vpc.Internet, System.Net.IPAddress.Parse("10.0.1.77"), TimeSpan.FromMilliseconds(50)));

    // So many more.
    private static async Task UntilSentAsync(TrafficStream stream, int more)
    {
        for (var until = stream.Sent + more; stream.Sent < until;)
        {
            await Task.Delay(1);
        }
    }
}
