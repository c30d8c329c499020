using System.Text.Json;
using EniAgent.Integration.Tests.Fixture;

namespace EniAgent.Integration.Tests.Faults;

/// <summary>Commands that only look: they change nothing, neither in the kernel nor in files, and what they print can be relied on by programs.</summary>
[Trait("Needs", "root")]
public sealed class ReadOnlyCommandTests
{
    [Fact]
    public async Task Plan_and_status_change_nothing_before_and_after_a_sync()
    {
        await using var world = await World.CreateAsync(null);
        await world.AttachAsync(world.B, secondaryAddresses: 1);
        await LookAsync(changes: true);

        await world.Agent.SyncAsync();
        await LookAsync(changes: false);

        await world.AttachAsync(world.A);
        await File.WriteAllTextAsync(world.Agent.LedgerFile, "{");
        await LookAsync(changes: true);

        async Task LookAsync(bool changes)
        {
            var (kernel, files) = (await world.StateAsync(), Files(world.Agent.Root));

            Assert.Equal(0, (await world.Agent.RunAsync("plan")).ExitCode);
            Assert.Equal(changes ? 4 : 0, (await world.Agent.RunAsync("plan", "--exit-code")).ExitCode);
            await world.Agent.SucceedAsync("status");
            await world.Agent.SucceedAsync("config");

            Assert.Empty(await world.ChangesSinceAsync(kernel));
            Assert.Equal(files, Files(world.Agent.Root));
        }
    }

    [Fact]
    public async Task The_status_has_the_documented_fields_and_types()
    {
        await using var world = await World.CreateAsync(null, new() { SecondaryAddresses = 1 });
        var eni = await world.AttachAsync(world.B);
        var eip = await world.Vpc.AssociateAddressAsync(eni);
        await world.Agent.SyncAsync();

        using var command = JsonDocument.Parse((await world.Agent.SucceedAsync("status", "--json")).Output);
        using var file = JsonDocument.Parse(await File.ReadAllTextAsync(world.Agent.StatusFile));
        foreach (var status in (JsonElement[])[command.RootElement, file.RootElement])
        {
            Has(status, "version:String instanceId:String state:String lastSync:String lastChange:String lastError:Null backend:Object enis:Array counters:Object");
            Has(status.GetProperty("backend"), "name:String reason:String");
            Has(status.GetProperty("counters"), "syncs:Number changes:Number driftRepairs:Number metadataRequests:Number metadataFailures:Number");
            Assert.Equal(2, status.GetProperty("enis").GetArrayLength());
            Assert.All(status.GetProperty("enis").EnumerateArray(), e =>
            {
                Has(e, "mac:String interface:String subnetId:String vpcId:String|Null slot:Number table:Number gateway:String state:String addresses:Array routes:Array error:Null");
                Has(e, "primary:True|False");
                Assert.All(e.GetProperty("addresses").EnumerateArray(), a =>
                    Has(a, "address:String primary:True|False publicAddress:String|Null publicAddressMode:String|Null state:String"));
            });

            var (first, second) = (status.GetProperty("enis")[0], status.GetProperty("enis")[1]);
            Assert.Equal(world.Guest.InstanceId, status.GetProperty("instanceId").GetString());
            Assert.Equal("in-sync", status.GetProperty("state").GetString());
            Assert.EndsWith("Z", status.GetProperty("lastSync").GetString(), StringComparison.Ordinal);
            Assert.Equal((world.Guest.PrimaryEni.Mac, "eth0", true, 0, 31000u, "10.0.1.1", "in-sync"), Facts(first));
            Assert.Equal((eni.Mac, "eth1", false, 1, 31001u, "10.0.2.1", "in-sync"), Facts(second));
            Assert.Equal(
                [("10.0.1.5/24", true, null, null, "adopted"), ("10.0.1.6/24", false, null, null, "ok")],
                first.GetProperty("addresses").EnumerateArray().Select(AddressFacts));
            Assert.Equal(
                [("10.0.2.5/24", true, eip.Address.ToString(), "NAT", "ok")],
                second.GetProperty("addresses").EnumerateArray().Select(AddressFacts));
            Assert.Contains("default via 10.0.2.1 dev eth1 table 31001", second.GetProperty("routes").EnumerateArray().Select(r => r.GetString()));
        }
    }

    [Fact]
    public async Task Plan_and_config_print_json_too()
    {
        await using var world = await World.CreateAsync(null);
        var eni = await world.AttachAsync(world.B);

        using var plan = JsonDocument.Parse((await world.Agent.SucceedAsync("plan", "--json")).Output);
        using var config = JsonDocument.Parse((await world.Agent.SucceedAsync("config", "--json")).Output);

        Assert.All(plan.RootElement.GetProperty("steps").EnumerateArray(), step => Has(step, "action:String object:String eni:String|Null reason:String"));
        Assert.Contains(plan.RootElement.GetProperty("steps").EnumerateArray(), step =>
            step.GetProperty("action").GetString() == "add" && step.GetProperty("eni").GetString() == eni.Mac
            && step.GetProperty("object").GetString()!.Contains("10.0.2.5/24", StringComparison.Ordinal));
        Assert.Empty(plan.RootElement.GetProperty("conflicts").EnumerateArray());
        Assert.Contains("PollInterval", config.RootElement.GetRawText(), StringComparison.Ordinal);
    }

    private static (string?, string?, bool, int, uint, string?, string?) Facts(JsonElement eni) => (
        eni.GetProperty("mac").GetString(), eni.GetProperty("interface").GetString(), eni.GetProperty("primary").GetBoolean(), eni.GetProperty("slot").GetInt32(),
        eni.GetProperty("table").GetUInt32(), eni.GetProperty("gateway").GetString(), eni.GetProperty("state").GetString());

    private static (string?, bool, string?, string?, string?) AddressFacts(JsonElement address) => (
        address.GetProperty("address").GetString(), address.GetProperty("primary").GetBoolean(), address.GetProperty("publicAddress").GetString(),
        address.GetProperty("publicAddressMode").GetString(), address.GetProperty("state").GetString());

    // "name:Kind name:Kind|Kind": each is there and of that kind.
    private static void Has(JsonElement element, string fields)
    {
        foreach (var field in fields.Split(' '))
        {
            var (name, kinds) = (field.Split(':')[0], field.Split(':')[1].Split('|'));
            Assert.True(element.TryGetProperty(name, out var value), $"no {name} in {element}");
            Assert.Contains(value.ValueKind.ToString(), kinds);
        }
    }

    private static List<string> Files(string root) =>
        [.. Directory.GetFileSystemEntries(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => File.Exists(path) ? $"{path} {File.GetLastWriteTimeUtc(path):O} {File.ReadAllText(path)}" : path)];
}
