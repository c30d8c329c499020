using EniAgent.Simulator.Metadata;

namespace EniAgent.Chaos.Deeds;

/// <summary>What goes wrong with metadata, until the next calm or until it heals.</summary>
internal static class MetadataDeeds
{
    private static readonly string[] Places = ["**", "**/macs/", "**/mac", "**/local-ipv4s/", "**/gateway", "**/primary-local-ipv4", "**/subnet-mask"];

    private static readonly Fault[] Faults =
    [
        Fault.Status(500), Fault.Status(503), Fault.Status(404), Fault.Status(429), Fault.Hang, Fault.Reset, Fault.Html, Fault.TruncatedBody, Fault.HalfHeader,
        Fault.EndlessBody, Fault.OversizeLength, Fault.InvalidUtf8, Fault.Body(""), Fault.Delay(TimeSpan.FromMilliseconds(200)), Fault.Redirect("http://192.0.2.1/"),
    ];

    private static readonly string[] Masks = ["255.0.0.0", "255.255.0.0", "255.255.255.252", "0.0.0.0"];

    public static Dictionary<string, Catalogue.Entry> All { get; } = new()
    {
        ["fault"] = new(5, (world, a, b) => Add(world, Places[a % Places.Length], Faults[b % Faults.Length])),
        ["hide-eni"] = new(2, (world, a, _) => Hide(world, "**/macs/", world.Eni(a).Mac)),
        ["hide-address"] = new(2, (world, a, b) => Hide(world, "**/local-ipv4s/", world.Eni(a).Addresses[b % world.Eni(a).Addresses.Count].ToString())),
        ["heal"] = new(4, HealAsync),
        ["wrong-gateway"] = new(1, (world, a, b) => Lie(world, a, "gateway", $"10.0.{1 + (b % 3)}.77")),
        ["wrong-mask"] = new(1, (world, a, b) => Lie(world, a, "subnet-mask", Masks[b % Masks.Length])),
    };

    private static Task Add(World world, string place, Fault fault)
    {
        world.Faults.Add(world.Vpc.Metadata.Faults.Add(place, fault));
        return Task.CompletedTask;
    }

    private static Task Hide(World world, string place, string text) => Add(world, place, Fault.EditBody(
        list => string.Join('\n', list.Split('\n').Where(line => line.TrimEnd('/') is var entry && !entry.Equals(text, StringComparison.OrdinalIgnoreCase)))));

    private static Task HealAsync(World world, int a, int b)
    {
        if (world.Faults.Count > 0)
        {
            var fault = world.Faults[a % world.Faults.Count];
            fault.Dispose();
            world.Faults.Remove(fault);
        }

        return Task.CompletedTask;
    }

    // Well-formed, and not true. What was believed is read again when there is something new about the ENI.
    private static Task Lie(World world, int a, string document, string text)
    {
        var eni = world.Eni(a);
        world.LiedAbout.Add(eni);
        return Add(world, $"**/macs/{eni.Mac}/**/{document}", Fault.Body(text));
    }
}
