using System.Diagnostics;
using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Simulator.Metadata;

namespace EniAgent.Integration.Tests.Faults;

/// <summary>What the daemon does meanwhile: repairs go on, nothing flaps, and what is new waits for documents that are right.</summary>
[Trait("Needs", "root")]
public sealed class DaemonWithBadMetadataTests
{
    [Fact]
    public async Task Drift_is_repaired_at_once_while_metadata_hangs()
    {
        await using var world = await World.CreateAsync(null);
        await world.AttachAsync(world.B);
        world.Agent.Configure("[Metadata]\nTimeout=1s");
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var converged = await world.StateAsync();
        FaultCatalogue.Install("hang", world.Guest);
        await daemon.UntilAsync(status => status.State == "degraded");

        var time = await Eventually.BestOfThreeAsync(TimeSpan.FromSeconds(1), async () =>
        {
            // A read is under way, which will take seconds.
            await Eventually.TrueAsync(() => Task.FromResult(world.Vpc.Metadata.Requests[^1].Time > DateTimeOffset.UtcNow.AddMilliseconds(-50)));
            await world.Guest.IpAsync("rule del pref 31010", "addr del 10.0.2.5/24 dev eth1");
            var start = Stopwatch.GetTimestamp();
            return await Eventually.TrueAsync(async () => (await world.ChangesSinceAsync(converged)).Count == 0, start);
        });

        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Equal("degraded", daemon.Report()!.State);
        Assert.Empty(await Simulator.Probes.Pinger.PingAllAsync([.. world.Vpc.Inward(world.Guest), .. world.Vpc.Outward(world.Guest)], TimeSpan.FromSeconds(3)));

        FaultCatalogue.Clear(world.Vpc.Metadata);
        await daemon.UntilAsync(status => status is { State: "in-sync", LastError: null });
        await daemon.UntilLoggedAsync("all is well again");

        // The read that was under way when the fault came may have hung at another document.
        var lines = daemon.LogLines("no answer within 1 s");
        Assert.InRange(lines.Count, 1, 2);
        Assert.Equal(lines, lines.Distinct());
        await world.EverythingAnswersAsync();
    }

    [Fact]
    public async Task Metadata_that_flaps_causes_no_flapping_network()
    {
        await using var world = await World.CreateAsync(null);
        var eni = await world.AttachAsync(world.B, secondaryAddresses: 2);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        await using var monitor = GuestProcess.Start(world.Guest, "ip", ["-4", "monitor", "link", "address", "route", "rule"]);
        var (address, reads) = (eni.SecondaryAddresses[1], 0);

        // The list comes first and alone: when that fails the lists of addresses are not asked for, and so every second complete snapshot lacks the address.
        var faults = world.Vpc.Metadata.Faults;
        faults.Add($"**/macs/{eni.Mac}/local-ipv4s/", Fault.EditBody(text =>
            Interlocked.Increment(ref reads) % 2 == 0 ? text : text.Replace($"{address}/", "", StringComparison.Ordinal)));
        faults.Add("**/macs/", Fault.Status(500)).Randomly(0.4, seed: 1);
        faults.Add("**/macs/", Fault.Html).Randomly(0.1, seed: 2);
        faults.Add("**/macs/", Fault.TruncatedBody).Randomly(0.1, seed: 3);
        faults.Add("**/macs/", Fault.Body("")).Randomly(0.1, seed: 4);
        faults.Add("**/macs/", Fault.Reset).Randomly(0.1, seed: 5);
        await Eventually.TrueAsync(() => Task.FromResult(Volatile.Read(ref reads) >= 5), timeout: 2 * Eventually.Patience);

        Assert.Equal("", monitor.StandardOutput);

        // The same address, gone for good, does go: two complete snapshots agree, a second apart.
        await world.Vpc.UnassignPrivateIpAddressesAsync(eni, address);
        await Eventually.TrueAsync(() => Task.FromResult(monitor.StandardOutput.Contains($"Deleted", StringComparison.Ordinal)));
        faults.Clear();
        await daemon.UntilAsync(status => status.State == "in-sync");
        Assert.Empty(await world.LinesAsync("addr", $"{address}/"));
        await world.EverythingAnswersAsync();
    }

    [Fact]
    public async Task An_eni_and_addresses_that_are_listed_every_other_time_change_neither_the_kernel_nor_a_file()
    {
        await using var world = await World.CreateAsync(null, new() { SecondaryAddresses = 2 });
        var (flapping, steady) = (await world.AttachAsync(world.B, secondaryAddresses: 1), await world.AttachAsync(world.B, secondaryAddresses: 2));
        await WriteIfcfgAsync(world);
        // A request that is made again on a crowded machine would be two answers in a row without them: then they would rightly go.
        world.Agent.Configure("[Metadata]\nTimeout=20s\n[Persistence]\nBackend=ifcfg");
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        await using var monitor = GuestProcess.Start(world.Guest, "ip", ["-4", "monitor", "link", "address", "route", "rule"]);
        var (kernel, files, logged, reads) = (await world.StateAsync(), Files(world), daemon.Log.Length, 0);
        Assert.Contains(files, file => file.Contains("ifcfg-eth1 ", StringComparison.Ordinal));

        // Polls are a second apart: what is missing from the first and from the third answer would be gone, had the second one not listed it.
        var faults = world.Vpc.Metadata.Faults;
        faults.Add("**/macs/", Fault.EditBody(text => Interlocked.Increment(ref reads) % 2 == 0 ? text : Without(text, flapping.Mac)));
        foreach (var eni in (Eni[])[world.Guest.PrimaryEni, steady])
        {
            faults.Add($"**/macs/{eni.Mac}/local-ipv4s/", Fault.EditBody(text =>
                Volatile.Read(ref reads) % 2 == 1 ? string.Join('\n', text.Split('\n').Reverse()) : Without(text, $"{eni.SecondaryAddresses[0]}/")));
        }

        await Eventually.TrueAsync(() => Task.FromResult(Volatile.Read(ref reads) >= 20), timeout: 2 * Eventually.Patience);

        Assert.Equal("", monitor.StandardOutput);
        Assert.Empty(await world.ChangesSinceAsync(kernel));
        Assert.Equal(files, Files(world));
        Assert.Equal("", daemon.Log[logged..]);
        faults.Clear();
        await daemon.UntilAsync(status => status is { State: "in-sync", LastError: null, Enis.Count: 3 });
        await world.EverythingAnswersAsync();
        Assert.Equal("", monitor.StandardOutput);
        Assert.Equal(files, Files(world));
    }

    [Fact]
    public async Task An_address_that_is_unlisted_for_less_than_a_second_stays_however_often_metadata_is_read_meanwhile()
    {
        await using var world = await World.CreateAsync(null);
        var eni = await world.AttachAsync(world.B, secondaryAddresses: 1);
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        await using var monitor = GuestProcess.Start(world.Guest, "ip", ["-4", "monitor", "address"]);
        var (list, seen, time) = ($"/macs/{eni.Mac}/local-ipv4s/", 0, TimeSpan.MaxValue);
        for (var attempt = 0; attempt < 10 && time >= TimeSpan.FromSeconds(1); attempt++)
        {
            // A machine too crowded to read it three times in a second says nothing: then it went, rightly, and came back.
            await daemon.UntilAsync(status => status.State == "in-sync");
            (seen, time) = (monitor.StandardOutput.Length, await UnlistAsync());
        }

        var before = world.Vpc.Metadata.RequestCount;
        await Eventually.TrueAsync(() => Task.FromResult(world.Vpc.Metadata.RequestCount >= before + 6));
        Assert.InRange(time, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(1));
        Assert.Equal("", monitor.StandardOutput[seen..]);
        Assert.Equal("in-sync", daemon.Report()!.State);

        // How long it was not listed, from the first answer without it to the last.
        async Task<TimeSpan> UnlistAsync()
        {
            var first = world.Vpc.Metadata.RequestCount;
            using (world.Vpc.Metadata.Faults.Add($"**{list}", Fault.EditBody(text => text.Replace($"{eni.SecondaryAddresses[0]}/", "", StringComparison.Ordinal))))
            {
                for (var reads = 1; reads <= 3; reads++)
                {
                    var requests = daemon.Report()!.Counters.MetadataRequests;
                    daemon.Reload();
                    await daemon.UntilAsync(status => status.Counters.MetadataRequests >= requests + 3);
                }
            }
            var times = world.Vpc.Metadata.Requests.Skip(first).Where(r => r.Path.EndsWith(list, StringComparison.OrdinalIgnoreCase)).Select(r => r.Time).ToList();
            return times[^1] - times[0];
        }
    }

    [Theory]
    [InlineData("subnet-mask", "255.0.255.0", "subnet-mask is \"255.0.255.0\", not a contiguous mask")]
    [InlineData("gateway", "10.0.2.1/../", "gateway is \"10.0.2.1/../\", not a unicast address")]
    [InlineData("primary-local-ipv4", "eth1", "primary-local-ipv4 is \"eth1\", not a unicast address")]
    public async Task A_new_address_waits_until_the_documents_beside_it_are_right(string document, string text, string message)
    {
        await using var world = await World.CreateAsync(null);
        var (bad, good) = (await world.AttachAsync(world.B), await world.AttachAsync(world.B));
        await using var daemon = await world.Agent.StartDaemonInSyncAsync();
        var before = await world.StateAsync();
        var rule = world.Vpc.Metadata.Faults.Add($"**/macs/{bad.Mac}/**{document}", Fault.Body(text));

        var added = (await world.Vpc.AssignPrivateIpAddressesAsync(bad))[0];

        await daemon.UntilAsync(status => status[bad.Mac] is { State: "failed", Error: { } error } && error.Contains(message, StringComparison.Ordinal));
        Assert.Empty(await world.ChangesSinceAsync(before));
        Assert.Equal("in-sync", daemon.Report()![good.Mac].State);

        rule.Dispose();
        await daemon.UntilAsync(status => status.State == "in-sync");
        Assert.Single(await world.LinesAsync("addr", $"{added}/"));
        Assert.Single(daemon.LogLines(message));
        await world.EverythingAnswersAsync();
    }

    [Fact]
    public async Task A_daemon_that_starts_without_metadata_waits_for_it_and_needs_no_restart()
    {
        await using var world = await World.CreateAsync(null);
        await world.AttachAsync(world.B);
        var before = await world.StateAsync();
        FaultCatalogue.Install("refused", world.Guest);
        await using var daemon = world.Agent.StartDaemon();

        await daemon.UntilAsync(status => status.State == "waiting-for-metadata" && status.LastError is not null);
        Assert.Contains("network/interfaces/macs/: no connection (ConnectionRefused)", daemon.Report()!.LastError!, StringComparison.Ordinal);
        Assert.Empty(await world.ChangesSinceAsync(before));

        FaultCatalogue.Clear(world.Vpc.Metadata);
        await daemon.UntilAsync(status => status.State == "in-sync");
        Assert.Single(daemon.LogLines("ConnectionRefused"));
        await world.EverythingAnswersAsync();
    }

    private static string Without(string list, string name) =>
        string.Join('\n', list.Split('\n').Where(line => !line.StartsWith(name, StringComparison.OrdinalIgnoreCase)));

    private static async Task WriteIfcfgAsync(World world)
    {
        var scripts = Path.Combine(world.Agent.Root, "etc/sysconfig/network-scripts");
        Directory.CreateDirectory(scripts);
        await File.WriteAllTextAsync(
            Path.Combine(scripts, "ifcfg-eth0"), $"DEVICE=eth0\nBOOTPROTO=static\nONBOOT=yes\nIPADDR={world.Guest.PrimaryEni.PrimaryAddress}\nPREFIX=24\nGATEWAY=10.0.1.1\n");
    }

    // What survives a reboot: each file, when it was written last, and its text.
    private static IReadOnlyList<string> Files(World world) =>
        [.. ((string[])["etc", "var"]).SelectMany(folder => Directory.GetFiles(Path.Combine(world.Agent.Root, folder), "*", SearchOption.AllDirectories))
            .Order(StringComparer.Ordinal).Select(file => $"{file} {File.GetLastWriteTimeUtc(file):O}\n{File.ReadAllText(file)}")];
}
