using System.Net;
using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator.Metadata;

namespace EniAgent.Integration.Tests.Faults;

/// <summary>A metadata service that wants to do harm: what it says reaches no path, no file, no program, and no terminal as it is.</summary>
[Trait("Needs", "root")]
public sealed class HostileMetadataTests
{
    private static readonly string[] Documents =
    [
        "mac", "instance-id", "network/interfaces/macs/", "**/local-ipv4s/", "**/primary-local-ipv4", "**/subnet-id", "**/vpc-id", "**/gateway", "**/subnet-mask",
        "**/public-ipv4s", "**/public-ipv4", "**/public-ipv4-mode",
    ];

    public static TheoryData<string> Texts =>
    [
        "../../etc/passwd",
        "/etc/shadow",
        "$(touch CANARY)",
        "`touch CANARY`",
        "'; touch CANARY; '",
        "%n%n%s{0}{Mac}{1:x}",
        "10.0.2.5\n\n[Service]\nExecStart=touch CANARY",
        "52:54:00:00:00:01\r\nGET /evil HTTP/1.1",
        "\e]0;owned\a\e[2J\e[31mred",
        "\u009b31m\u202etxt.exe\u2028",
        "\0nul",
        new string('A', 60_000),
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task No_document_gets_anywhere(string text)
    {
        await using var world = await World.CreateAsync(null, new() { SecondaryAddresses = 1 });
        var eni = await world.AttachAsync(world.B, secondaryAddresses: 1);
        await world.Vpc.AssociateAddressAsync(eni);
        var scripts = Path.Combine(world.Agent.Root, "etc/sysconfig/network-scripts");
        Directory.CreateDirectory(scripts);
        await File.WriteAllTextAsync(
            Path.Combine(scripts, "ifcfg-eth0"), $"DEVICE=eth0\nBOOTPROTO=static\nONBOOT=yes\nIPADDR={world.Guest.PrimaryEni.PrimaryAddress}\nPREFIX=24\nGATEWAY=10.0.1.1\n");
        world.Agent.Configure("[Persistence]\nBackend=ifcfg\n");
        await world.Agent.SyncAsync();
        Assert.True(File.Exists(Path.Combine(scripts, "ifcfg-eth1")));
        var (kernel, folders, canary) = (await world.StateAsync(), Folders(world.Agent.Root), Path.Combine(world.Agent.Root, "canary"));

        foreach (var document in Documents)
        {
            // What is known already would not be asked for again.
            File.Delete(world.Agent.SnapshotFile);
            var path = document.StartsWith('*') ? document : $"/latest/meta-data/{document}";
            using (world.Vpc.Metadata.Faults.Add(path, Fault.Body(text.Replace("CANARY", canary, StringComparison.Ordinal))))
            {
                foreach (var result in (CommandResult[])[await world.Agent.RunAsync("sync"), await world.Agent.RunAsync("status"), await world.Agent.RunAsync("plan"), await world.Agent.RunAsync("plan", "--json")])
                {
                    Assert.True(result.ExitCode is 0 or 1 or 3, $"{document}: {result}");
                    Assert.DoesNotContain(result.Output + result.Error, letter => (char.IsControl(letter) && letter is not ('\n' or '\t')) || letter is '\u202e' or '\u2028');
                    Assert.InRange(result.Output.Length + result.Error.Length, 1, 20_000);
                }
            }

            Assert.False(File.Exists(canary));
            Assert.Empty(await world.ChangesSinceAsync(kernel));
            NothingOf(text, folders, world.Agent.Root);
        }

        await world.Agent.SyncAsync();
        Assert.Empty(await world.ChangesSinceAsync(kernel));
    }

    // No folder that was not there, and in no network file's name or content a line of it; an address alone may be one of this machine's.
    private static void NothingOf(string text, IReadOnlyList<string> folders, string root)
    {
        Assert.Equal(folders, Folders(root));
        var pieces = text.Split('\n').Where(line => line.Length > 0 && !IPAddress.TryParse(line, out _)).Select(line => line[..Math.Min(line.Length, 12)]);
        foreach (var (file, piece) in from file in Directory.GetFiles(Path.Combine(root, "etc"), "*", SearchOption.AllDirectories) from piece in pieces select (file, piece))
        {
            Assert.DoesNotContain(piece, Path.GetFileName(file), StringComparison.Ordinal);
            Assert.DoesNotContain(piece, File.ReadAllText(file), StringComparison.Ordinal);
        }
    }

    private static IReadOnlyList<string> Folders(string root) => [.. Directory.GetDirectories(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
