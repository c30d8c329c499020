using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Simulator.Metadata;

namespace EniAgent.Integration.Tests.Faults;

/// <summary>Documents that are wrong for some ENIs: those have failed, the others go on, and nothing that works is removed.</summary>
[Trait("Needs", "root")]
public sealed class SyncWithBadEnisTests(ConvergedGuest guest) : IClassFixture<ConvergedGuest>
{
    [Theory]
    [InlineData("local-ipv4s/", "", "local-ipv4s/ is empty")]
    [InlineData("local-ipv4s/", "10.0.999.1/", "local-ipv4s/ lists \"10.0.999.1\", and is not a list of unicast addresses")]
    [InlineData("local-ipv4s/", "192.0.2.77/", "local-ipv4s/ does not list {primary}")]
    [InlineData("local-ipv4s/", "{primary}/\n192.0.2.77/", "local-ipv4s/ lists 192.0.2.77, not an address in the subnet {subnet}")]
    [InlineData("local-ipv4s/", "{primary}/\n127.0.0.1/", "local-ipv4s/ lists \"127.0.0.1\", and is not a list of unicast addresses")]
    [InlineData("local-ipv4s/", "{primary}/\n{other}/", "{other} is listed both for {mac} and for {otherMac}, which keeps it")]
    [InlineData("primary-local-ipv4", "eth0/../../1", "primary-local-ipv4 is \"eth0/../../1\", not a unicast address")]
    [InlineData("local-ipv4s/*/subnet-mask", "255.0.255.0", "subnet-mask is \"255.0.255.0\", not a contiguous mask")]
    [InlineData("local-ipv4s/*/subnet-mask", "0.0.0.0", "subnet-mask is \"0.0.0.0\", not a contiguous mask")]
    [InlineData("local-ipv4s/*/subnet-mask", "255.255.255.255", "not an address in the subnet {primary}/32")]
    [InlineData("local-ipv4s/*/gateway", "not an address", "gateway is \"not an address\", not a unicast address")]
    [InlineData("local-ipv4s/*/gateway", "<html>", "gateway is HTML or XML: \"<html>\"")]
    [InlineData("subnet-id", "///", "subnet-id is \"///\", not an id")]
    public async Task One_bad_eni_fails_and_is_named_and_the_others_are_in_sync(string document, string text, string message)
    {
        var bad = guest.Second;
        if (!text.Contains("{other}", StringComparison.Ordinal))
        {
            // Documents that are known are not asked for again; but who had an address first is only known while they are.
            guest.ForgetMetadata();
        }
        guest.Metadata.Faults.Add($"**/macs/{bad.Mac}/{document}", Fault.Body(Fill(text)));

        var result = await guest.SyncUnderFaultAsync();

        var status = AgentStatus.Parse(result.Output);
        Assert.Contains(Fill(message), status[bad.Mac].Error!, StringComparison.Ordinal);
        Assert.All(status.Enis.Where(eni => eni.Mac != bad.Mac), eni => Assert.Equal("in-sync", eni.State));
        if (IsPending(text))
        {
            Assert.Equal((0, "converging", "pending"), (result.ExitCode, status.State, status[bad.Mac].State));
            Assert.Empty(result.Error);
        }
        else
        {
            Assert.Equal((1, "degraded", "failed"), (result.ExitCode, status.State, status[bad.Mac].State));
            Assert.Contains(Fill(message), status.LastError!, StringComparison.Ordinal);
            Assert.Contains(Fill(message), result.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("no-addresses")]
    [InlineData("no-primary-address")]
    [InlineData("bogus-address")]
    [InlineData("foreign-address")]
    [InlineData("duplicate-address")]
    [InlineData("bad-mask")]
    [InlineData("bad-gateway")]
    [InlineData("no-mask")]
    [InlineData("no-gateway")]
    public async Task Every_eni_may_be_bad_and_all_keep_what_they_have(string fault)
    {
        FaultCatalogue.Install(fault, guest.World.Guest);
        var result = await guest.SyncUnderFaultAsync();
        Assert.InRange(result.ExitCode, 0, 1);

        guest.ForgetMetadata();
        FaultCatalogue.Install(fault, guest.World.Guest);
        result = await guest.SyncUnderFaultAsync();
        Assert.InRange(result.ExitCode, 0, 1);
        Assert.Contains(AgentStatus.Parse(result.Output).State, new[] { "degraded", "converging" });
    }

    [Fact]
    public async Task The_only_secondary_eni_keeps_its_rules_and_its_group_while_it_is_bad()
    {
        await using var world = await World.CreateAsync(null);
        var eni = await world.AttachAsync(world.B, secondaryAddresses: 1);
        await world.Agent.SyncAsync();
        var before = await world.StateAsync();
        File.Delete(Path.Combine(world.Agent.Root, "run/eni-agent/snapshot.json"));
        world.Vpc.Metadata.Faults.Add($"**/macs/{eni.Mac}/**/subnet-mask", Fault.Body("255.0.255.0"));

        var result = await world.Agent.RunAsync("sync");

        Assert.Equal(1, result.ExitCode);
        Assert.Empty(await world.ChangesSinceAsync(before));
        await world.EverythingAnswersAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_bad_primary_eni_takes_nothing_from_the_others(bool forget)
    {
        if (forget)
        {
            guest.ForgetMetadata();
        }
        guest.Metadata.Faults.Add($"**/macs/{guest.World.Guest.PrimaryEni.Mac}/local-ipv4s/", Fault.Body("192.0.2.77/../../"));

        var result = await guest.SyncUnderFaultAsync();

        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Equal("failed", AgentStatus.Parse(result.Output)[guest.World.Guest.PrimaryEni.Mac].State);
    }

    [Fact]
    public async Task What_is_new_for_the_others_is_done_meanwhile()
    {
        await using var world = await World.CreateAsync(null);
        var (bad, good) = (await world.AttachAsync(world.B), await world.AttachAsync(world.B));
        await world.Agent.SyncAsync();
        var added = (await world.Vpc.AssignPrivateIpAddressesAsync(good))[0];
        world.Vpc.Metadata.Faults.Add($"**/macs/{bad.Mac}/local-ipv4s/", Fault.Body("10.0.999.1/"));

        var result = await world.Agent.RunAsync("sync");

        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Single(await world.LinesAsync("addr", $"{added}/"));
        await world.EverythingAnswersAsync();
    }

    // An empty or missing document, or a primary address that is not listed yet, is what an ENI looks like that was attached a moment ago.
    private static bool IsPending(string text) => text is "" or "192.0.2.77/";

    private string Fill(string text) => text
        .Replace("{primary}", guest.Second.PrimaryAddress.ToString(), StringComparison.Ordinal)
        .Replace("{subnet}", guest.Second.Subnet.Network.ToString(), StringComparison.Ordinal)
        .Replace("{mac}", guest.Second.Mac, StringComparison.Ordinal)
        .Replace("{otherMac}", guest.Third.Mac, StringComparison.Ordinal)
        .Replace("{other}", guest.Third.PrimaryAddress.ToString(), StringComparison.Ordinal);
}
