using EniAgent.Simulator.Metadata;

namespace EniAgent.Integration.Tests.Faults;

/// <summary>A metadata service that fails as a whole: <c>sync</c> says what is wrong, ends with 3 and leaves the network alone.</summary>
[Trait("Needs", "root")]
public sealed class SyncWithoutMetadataTests(ConvergedGuest guest) : IClassFixture<ConvergedGuest>
{
    private const string Macs = "network/interfaces/macs/";

    [Theory]
    [InlineData("refused", Macs + ": no connection (ConnectionRefused)")]
    [InlineData("reset", Macs + ": the connection ended without an answer")]
    [InlineData("hang", Macs + ": no answer within 2 s")]
    [InlineData("404", Macs + " is missing")]
    [InlineData("429", Macs + " answered 429")]
    [InlineData("500", Macs + " answered 500")]
    [InlineData("503", Macs + " answered 503")]
    [InlineData("html", Macs + " is HTML or XML: \"<!DOCTYPE html>")]
    [InlineData("redirect", Macs + " answered 302")]
    [InlineData("endless-chunks", Macs + " is longer than 64 KiB")]
    [InlineData("endless-body", Macs + " is longer than 64 KiB")]
    [InlineData("oversize", Macs + " is longer than 64 KiB")]
    [InlineData("truncated", Macs + ": the answer ended half-written")]
    [InlineData("half-header", Macs + ": the answer ended half-written")]
    [InlineData("invalid-utf8", Macs + " is not UTF-8")]
    [InlineData("empty-documents", Macs + " is empty")]
    [InlineData("empty-list", Macs + " is empty")]
    [InlineData("no-primary", Macs + " does not list the primary ENI {primary}")]
    [InlineData("bogus-mac", Macs + " lists \"../../etc/passwd\", and is not a list of MACs of NICs")]
    public async Task It_ends_with_3_and_names_the_document_and_its_value(string fault, string message)
    {
        FaultCatalogue.Install(fault, guest.World.Guest);

        var result = await guest.SyncUnderFaultAsync();

        Assert.Equal(3, result.ExitCode);
        var expected = message.Replace("{primary}", guest.World.Guest.PrimaryEni.Mac, StringComparison.Ordinal);
        Assert.True(result.Error.Contains(expected, StringComparison.Ordinal), result.Error);
        Assert.StartsWith("eni-agent: metadata: ", Assert.Single(WithoutWaiting(result.Error)), StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Theory]
    [InlineData("slow")]
    [InlineData("duplicate-mac")]
    public async Task What_is_merely_slow_or_said_twice_is_no_failure(string fault)
    {
        FaultCatalogue.Install(fault, guest.World.Guest);

        var result = await guest.SyncUnderFaultAsync();

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Empty(WithoutWaiting(result.Error));
    }

    [Theory]
    [InlineData("hang")]
    [InlineData("500")]
    public async Task A_guest_that_never_was_configured_is_left_as_it_is(string fault)
    {
        await using var world = await Fixture.World.CreateAsync(null);
        await world.AttachAsync(world.B);
        var before = await world.StateAsync();
        world.Agent.Configure("[Metadata]\nTimeout=500ms");
        FaultCatalogue.Install(fault, world.Guest);

        Assert.Equal(3, (await world.Agent.RunAsync("sync")).ExitCode);

        Assert.Empty(await world.ChangesSinceAsync(before));
    }

    // Who waits for long is told what for.
    private static IEnumerable<string> WithoutWaiting(string error) =>
        error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("eni-agent: waiting for metadata at ", StringComparison.Ordinal));
}
