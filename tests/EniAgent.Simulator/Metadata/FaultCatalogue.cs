namespace EniAgent.Simulator.Metadata;

/// <summary>Everything that is known to go wrong with a metadata service, by name: for tests that try all of it, and for the command line.</summary>
public static class FaultCatalogue
{
    private const string Macs = "**/macs/";

    /// <summary>The names, in the order of the catalogue.</summary>
    public static IReadOnlyList<string> Names => [.. All.Select(f => f.Name)];

    private static readonly (string Name, Action<MetadataService, Guest> Install)[] All =
    [
        ("refused", (m, _) => m.StopListening()),
        ("reset", (m, _) => m.Faults.Add("**", Fault.Reset)),
        ("hang", (m, _) => m.Faults.Add("**", Fault.Hang)),
        ("slow", (m, _) => m.Faults.Add("**", Fault.Delay(TimeSpan.FromSeconds(1.9)))),
        ("404", (m, _) => m.Faults.Add("**", Fault.Status(404))),
        ("429", (m, _) => m.Faults.Add("**", Fault.Status(429, TimeSpan.FromSeconds(1)))),
        ("500", (m, _) => m.Faults.Add("**", Fault.Status(500))),
        ("503", (m, _) => m.Faults.Add("**", Fault.Status(503, TimeSpan.FromSeconds(1)))),
        ("html", (m, _) => m.Faults.Add("**", Fault.Html)),
        ("redirect", (m, _) => m.Faults.Add("**", Fault.Redirect("http://198.51.100.2/login"))),
        ("endless-chunks", (m, _) => m.Faults.Add("**", Fault.EndlessChunks)),
        ("endless-body", (m, _) => m.Faults.Add("**", Fault.EndlessBody)),
        ("oversize", (m, _) => m.Faults.Add("**", Fault.OversizeLength)),
        ("truncated", (m, _) => m.Faults.Add("**", Fault.TruncatedBody)),
        ("half-header", (m, _) => m.Faults.Add("**", Fault.HalfHeader)),
        ("invalid-utf8", (m, _) => m.Faults.Add("**", Fault.InvalidUtf8)),
        ("empty-documents", (m, _) => m.Faults.Add("**", Fault.Body(""))),
        ("flapping", (m, _) => m.Faults.Add("**", Fault.Status(500)).Randomly(0.5, seed: 1)),
        ("empty-list", (m, _) => m.Faults.Add(Macs, Fault.Body(""))),
        ("no-primary", (m, g) => m.Faults.Add(Macs, Fault.EditBody(t => Without(t, g.PrimaryEni.Mac)))),
        ("duplicate-mac", (m, g) => m.Faults.Add(Macs, Fault.EditBody(t => t + "\n" + Another(t)))),
        ("bogus-mac", (m, _) => m.Faults.Add(Macs, Fault.EditBody(t => t + "\n../../etc/passwd/\neth0/\n"))),
        ("no-addresses", (m, _) => m.Faults.Add("**/local-ipv4s/", Fault.Body(""))),
        ("no-primary-address", (m, _) => m.Faults.Add("**/primary-local-ipv4", Fault.Status(404))),
        ("bogus-address", (m, _) => m.Faults.Add("**/local-ipv4s/", Fault.EditBody(t => t + "\n10.0.999.1/"))),
        ("foreign-address", (m, _) => m.Faults.Add("**/local-ipv4s/", Fault.EditBody(t => t + "\n192.0.2.77/"))),
        ("duplicate-address", (m, g) => m.Faults.Add("**/local-ipv4s/", Fault.EditBody(t => t.Contains(g.PrimaryEni.PrimaryAddress.ToString(), StringComparison.Ordinal)
            ? t : t + $"\n{g.PrimaryEni.PrimaryAddress}/"))),
        ("bad-mask", (m, _) => m.Faults.Add("**/subnet-mask", Fault.Body("255.0.255.0"))),
        ("bad-gateway", (m, _) => m.Faults.Add("**/gateway", Fault.Body("not an address"))),
        ("no-mask", (m, _) => m.Faults.Add("**/subnet-mask", Fault.Status(404))),
        ("no-gateway", (m, _) => m.Faults.Add("**/gateway", Fault.Status(404))),
    ];

    /// <summary>Has one of them happen to a guest's metadata from now on; <see cref="Clear"/> ends it.</summary>
    public static void Install(string name, Guest guest)
    {
        var found = Array.Find(All, f => f.Name == name);
        if (found.Install is null)
        {
            throw new ArgumentException($"no fault '{name}'; there are {string.Join(", ", Names)}", nameof(name));
        }
        found.Install(guest.Vpc.Metadata, guest);
    }

    /// <summary>Ends every fault of the service.</summary>
    public static void Clear(MetadataService service)
    {
        service.Faults.Clear();
        service.StartListening();
    }

    private static string Without(string list, string mac) =>
        string.Join('\n', list.Split('\n').Where(l => !l.StartsWith(mac, StringComparison.OrdinalIgnoreCase)));

    // The last name once more in the other case: one ENI by two spellings.
    private static string Another(string list)
    {
        var last = list.TrimEnd('\n').Split('\n')[^1];
        return last.Any(char.IsUpper) ? last.ToLowerInvariant() : last.ToUpperInvariant();
    }
}
