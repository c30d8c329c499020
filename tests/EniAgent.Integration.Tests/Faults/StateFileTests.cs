using EniAgent.Integration.Tests.Fixture;

namespace EniAgent.Integration.Tests.Faults;

/// <summary>What the agent remembers may be damaged or from a newer version: it is set aside with a warning, and the end state is the same.</summary>
[Trait("Needs", "root")]
public sealed class StateFileTests(ConvergedGuest guest) : IClassFixture<ConvergedGuest>
{
    /// <summary>Every file with every kind of damage.</summary>
    public static TheoryData<string, string> Damages
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var file in (string[])["run/eni-agent/ledger.json", "run/eni-agent/snapshot.json", "var/lib/eni-agent/state.json"])
            {
                foreach (var damage in (string[])["empty", "garbage", "truncated", "newer", "null", "wrong types", "nonsense inside"])
                {
                    all.Add(file, damage);
                }
            }
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_damaged_file_is_set_aside_and_all_is_as_before(string file, string damage)
    {
        var path = Path.Combine(guest.World.Agent.Root, file);
        var text = await File.ReadAllTextAsync(path);
        var damaged = damage switch
        {
            "empty" => "",
            "garbage" => "\0\0\u00ff{]",
            "truncated" => text[..(text.Length / 2)],
            "newer" => text.Replace("\"version\": 1", "\"version\": 2", StringComparison.Ordinal),
            "null" => "null",
            "wrong types" => "{\"version\": 1, \"addresses\": 7, \"slots\": [], \"enis\": {}, \"settings\": \"\"}",
            _ => "{\"version\": 1, \"addresses\": [\"eth0\"], \"slots\": {\"eth0\": -1}, \"instanceId\": \"\", \"primaryMac\": \"eth0\"}",
        };
        Assert.NotEqual(text, damaged);
        await File.WriteAllTextAsync(path, damaged);

        var result = await guest.World.Agent.SyncAsync();

        await guest.NothingIsLostAsync(result);
        Assert.Equal(damaged, await File.ReadAllTextAsync(path + ".bad"));
        Assert.StartsWith($"warning: {path} cannot be used and is set aside as {path}.bad: ", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.Empty((await guest.World.Agent.SyncAsync()).Error);
        File.Delete(path + ".bad");
    }

    [Fact]
    public async Task A_damaged_ledger_is_fatal_for_neither_release_nor_what_others_put_there()
    {
        await using var world = await World.CreateAsync(null);
        await world.AttachAsync(world.B);
        var before = await world.StateAsync();
        await world.Agent.SyncAsync();
        await world.Guest.IpAsync("addr add 192.0.2.9/32 dev eth1", "rule add from 192.0.2.9 lookup 77 pref 500");
        await File.WriteAllTextAsync(world.Agent.LedgerFile, "{");

        await world.Agent.SyncAsync();
        await world.EverythingAnswersAsync();
        await world.Agent.ReleaseAsync();

        Assert.Single(await world.LinesAsync("addr", "192.0.2.9/32"));
        Assert.Single(await world.LinesAsync("rule", "priority 500"));
        Assert.Empty(await world.LinesAsync("rule", "protocol 131"));
        Assert.Empty(await world.LinesAsync("route", "protocol 131"));
        Assert.Equal(before.Where(l => l.StartsWith("sysctl", StringComparison.Ordinal)).Lines, (await world.StateAsync()).Where(l => l.StartsWith("sysctl", StringComparison.Ordinal)).Lines);
    }
}
