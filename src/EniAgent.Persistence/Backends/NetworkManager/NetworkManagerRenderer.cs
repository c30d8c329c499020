using System.Globalization;
using EniAgent.Core.Options;
using EniAgent.Core.Wording;
using EniAgent.Linux.State;
using EniAgent.Persistence.Files;
using EniAgent.Persistence.Model;

namespace EniAgent.Persistence.Backends.NetworkManager;

/// <summary>
/// NetworkManager's keyfiles (nm-settings-keyfile(5)): the profile that defines a NIC is edited, and only a secondary ENI that no profile defines gets one of ours.
/// </summary>
public sealed class NetworkManagerRenderer : IFileRenderer
{
    // suppress_prefixlength came with it; rules with 1.18.
    private static readonly Version KnowsRules = new(1, 20);

    /// <inheritdoc/>
    public PersistenceBackend Backend => PersistenceBackend.NetworkManager;

    /// <inheritdoc/>
    public IReadOnlyList<string> Folders => [Profiles.Folder];

    /// <inheritdoc/>
    public IReadOnlyList<BootRule> RulesOf(BootState state) => BootRules.Ungrouped(state);

    /// <inheritdoc/>
    public Rendering Render(BootState state, HostFacts host, IFileTree files) => Render(state, host, files, isPrimaryElsewhere: false);

    /// <summary>As <see cref="Render(BootState, HostFacts, IFileTree)"/>.</summary>
    /// <param name="state">What is to be.</param>
    /// <param name="host">The machine.</param>
    /// <param name="files">Its files.</param>
    /// <param name="isPrimaryElsewhere">Whether the primary ENI's part stands in other files.</param>
    internal static Rendering Render(BootState state, HostFacts host, IFileTree files, bool isPrimaryElsewhere)
    {
        var job = new Job(state, host, files);
        foreach (var eni in state.Enis.Where(eni => !(eni.IsPrimary && isPrimaryElsewhere)))
        {
            job.Add(eni);
        }

        job.LeftAlone.UnionWith(OwnFiles.ToKeep(state, files, Profiles.Folder).Except(job.Files.Select(file => file.Path)));
        return new Rendering(job.Files, job.Findings) { LeftAlone = job.LeftAlone };
    }

    /// <inheritdoc/>
    public string? Undo(string current, string original, string edited) => Ipv4Section.Undo(current, original, edited);

    /// <summary>
    /// A link that is up stays as it is when its profile is read again. But for a NIC that it does not know NetworkManager makes a profile with DHCP by itself, and each
    /// time that fails it takes every address off: with ours read, that is what it turns to. Of a file that is gone it forgets the profile.
    /// </summary>
    public IReadOnlyList<string> Telling(IReadOnlyList<string> written)
    {
        var profiles = written.Where(path => Path.GetDirectoryName(path) == Profiles.Folder).ToList();
        return profiles.Count == 0 ? [] : ["nmcli", "connection", "load", .. profiles];
    }

    private sealed class Job
    {
        private readonly BootState _state;
        private readonly HostFacts _host;
        private readonly Profiles _profiles;
        private readonly KeyfileValues _values;

        public Job(BootState state, HostFacts host, IFileTree files)
        {
            var knowsRules = host.NetworkManagerVersion >= KnowsRules;
            (_state, _host, _profiles, _values) = (state, host, new Profiles(files), new KeyfileValues(state, knowsRules));
            if (state.HasRules && !knowsRules)
            {
                Findings.Add(new Finding(Profiles.Folder, 0, FindingWords.RulesUnknown(host.NetworkManagerVersion, KnowsRules), IsNote: true));
            }

            if (state.Enis.Count > 0)
            {
                Findings.AddRange(_profiles.Unusable.Select(file => new Finding(file.Key, file.Value.Line, FindingWords.LeftAsItIs(file.Value.Problem))));
            }
        }

        public List<RenderedFile> Files { get; } = [];

        public List<Finding> Findings { get; } = [];

        public HashSet<string> LeftAlone { get; } = new(StringComparer.Ordinal);

        public void Add(BootEni eni)
        {
            var definitions = _profiles.Of(eni.Interface, eni.Mac, _host);
            if (!eni.IsPrimary && definitions.All(profile => Profiles.IsStopgap(profile) || !profile.IsOnlyFor(eni.Interface, eni.Mac)))
            {
                Files.Add(new RenderedFile(PathOf(eni), Created(eni), AtomicFile.Private, IsEdit: false, eni.Mac));
                return;
            }

            switch (definitions)
            {
                case [] when Adds(eni):
                    Findings.Add(new Finding(Profiles.Folder, 0, FindingWords.PrimaryNeedsAgent(FindingWords.NoProfile(eni.Interface))));
                    break;
                case [var profile] when Profiles.IsKept(profile):
                    Edit(eni, profile);
                    break;
                case [var profile] when Adds(eni):
                    Findings.Add(new Finding(profile.Path, 0, FindingWords.MadeAtBoot(eni.Interface)));
                    break;
                case [var first, var second, ..]:
                    LeaveAlone(eni, first, 0, FindingWords.TwoProfiles(eni.Interface, second.Path));
                    LeftAlone.UnionWith(definitions.Select(profile => profile.Path));
                    break;
            }
        }

        private static string PathOf(BootEni eni) => $"{Profiles.Folder}/{OwnFiles.NameFor(eni.Mac)}.nmconnection";

        private bool Adds(BootEni eni) => !eni.IsPrimary || eni.Addresses.Count > 1 || _state.HasRules;

        private void Edit(BootEni eni, Profile profile)
        {
            if (new FileContent.Text(profile.Text).CarriageReturn is > 0 and var line)
            {
                LeaveAlone(eni, profile, line, FindingWords.LeftAsItIs(FindingWords.HasCarriageReturns));
            }
            else if (Marker.OptOutIn(profile.Text) is > 0 and var optOut)
            {
                LeaveAlone(eni, profile, optOut, FindingWords.OptedOut, isNote: true);
            }
            else if (profile.IsForSeveral || !profile.IsOnlyFor(eni.Interface, eni.Mac))
            {
                // At the next boot it may be another NIC's, and what is added to it would be given to that one.
                LeftAlone.Add(profile.Path);
                if (Adds(eni))
                {
                    LeaveAlone(eni, profile, 0, FindingWords.ServesAny);
                }
            }
            else if (Ipv4Section.Edit(profile, _state, eni, _values, out var at, out var problem) is not { } text)
            {
                LeaveAlone(eni, profile, at, FindingWords.LeftAsItIs(problem!));
            }
            else
            {
                if (!eni.IsPrimary && profile.Lines.ValueOf("ipv4", "gateway") is not null && profile.Lines.ValueOf("ipv4", "never-default") is not ("true" or "yes" or "1"))
                {
                    Findings.Add(new Finding(profile.Path, 0, FindingWords.SecondGateway));
                }

                Files.Add(new RenderedFile(profile.Path, text, AtomicFile.Private, IsEdit: true, eni.Mac));
            }
        }

        private string Created(BootEni eni)
        {
            var lines = new List<string>
            {
                Marker.For(eni.Mac),
                "[connection]",
                $"id=eni-agent {eni.Mac}",
                $"uuid={UuidOf(eni)}",
                "type=ethernet",

                // Before any profile that is for whatever NIC there is.
                "autoconnect-priority=999",
                "",
                "[ethernet]",
                $"mac-address={eni.Mac}",
                "",
                "[ipv4]",
                "method=manual",
                "never-default=true",
                "dad-timeout=0",
            };
            if (!eni.SubnetInMain)
            {
                // What the addresses bring by themselves goes there too.
                lines.Add($"route-table={eni.Table}");
            }
            else if (eni.PrefixMetric > 0)
            {
                lines.Add($"route-metric={eni.PrefixMetric}");
            }

            lines.AddRange(eni.Addresses.Select((address, i) => Numbered("address", i, $"{address}/{eni.Subnet.Length}")));
            foreach (var (i, route) in _values.Routes(eni).Index())
            {
                lines.Add(Numbered("route", i, route.Value));
                lines.Add($"{Numbered("route", i, "")[..^1]}_options={route.Options}");
            }

            lines.AddRange(_values.Rules(eni).Select((rule, i) => Numbered("routing-rule", i, rule)));
            lines.AddRange(["", "[ipv6]", "method=ignore", ""]);
            return string.Join('\n', lines);
        }

        private static string Numbered(string key, int position, string value) => string.Create(CultureInfo.InvariantCulture, $"{key}{position + 1}={value}");

        // "eniagent", and the MAC: the same one after every boot.
        private static string UuidOf(BootEni eni) => string.Create(CultureInfo.InvariantCulture, $"656e6961-6765-8e74-8000-{eni.Mac.Value:x12}");

        private void LeaveAlone(BootEni eni, Profile profile, int line, Sentence message, bool isNote = false)
        {
            Findings.Add(new Finding(profile.Path, line, message, isNote));
            LeftAlone.UnionWith([profile.Path, PathOf(eni)]);
        }
    }
}
