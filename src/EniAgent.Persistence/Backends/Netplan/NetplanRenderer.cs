using EniAgent.Core.Options;
using EniAgent.Linux.State;
using EniAgent.Persistence.Backends.Networkd;
using EniAgent.Persistence.Backends.NetworkManager;
using EniAgent.Persistence.Files;
using EniAgent.Persistence.Model;

namespace EniAgent.Persistence.Backends.Netplan;

/// <summary>
/// netplan (netplan(5)), which makes the files of systemd-networkd or of NetworkManager at every boot. Its YAML knows neither link groups nor suppressors, so what
/// it cannot say stands in its renderer's own files: beside networkd in drop-ins for what netplan makes, beside NetworkManager in profiles for the ENIs that netplan
/// does not define. Only NetworkManager, which knows no drop-ins, needs a YAML file of ours; netplan merges it into the definition that is there.
/// </summary>
public sealed class NetplanRenderer : IFileRenderer
{
    // Behind every file that defines the device, NetworkManager's own 90-NM-UUID.yaml too: a device that netplan meets first without its match is for the NIC of that
    // name, and NetworkManager then brings up nothing.
    private const string OwnName = "zz-eni-agent.yaml";
    private const string Own = NetplanFiles.Folder + "/" + OwnName;

    private static readonly NetworkdRenderer Networkd = new();
    private static readonly NetworkManagerRenderer NetworkManager = new();

    /// <inheritdoc/>
    public PersistenceBackend Backend => PersistenceBackend.Netplan;

    /// <inheritdoc/>
    public IReadOnlyList<string> Folders => [NetplanFiles.Folder, .. Networkd.Folders, .. NetworkManager.Folders];

    /// <summary>In either flavour: which one depends on the renderer.</summary>
    public IReadOnlyList<BootRule> RulesOf(BootState state) => Networkd.RulesOf(state);

    /// <inheritdoc/>
    public Rendering Render(BootState state, HostFacts host, IFileTree files)
    {
        if (!host.NetworkManagerManages)
        {
            return Networkd.Render(state, host, files);
        }

        var id = state.Primary is { } primary ? new Profiles(files).NetplanIdOf(primary.Interface, primary.Mac, host) : null;
        var added = id is null ? Rendering.Empty : Add(state, state.Primary!, id, files);
        var profiles = NetworkManagerRenderer.Render(state, host, files, isPrimaryElsewhere: id is not null);
        var keep = OwnFiles.ToKeep(state, files, NetplanFiles.Folder);
        return new Rendering([.. added.Files, .. profiles.Files], [.. added.Findings, .. profiles.Findings])
        {
            LeftAlone = profiles.LeftAlone.Concat(added.LeftAlone).Concat(keep).Except(added.Files.Select(file => file.Path)).ToHashSet(StringComparer.Ordinal),
        };
    }

    /// <inheritdoc/>
    public string? Undo(string current, string original, string edited) => NetworkManager.Undo(current, original, edited);

    /// <inheritdoc/>
    public IReadOnlyList<string> Telling(IReadOnlyList<string> written) => NetworkManager.Telling(written);

    // To the primary ENI's definition.
    private static Rendering Add(BootState state, BootEni eni, string id, IFileTree tree)
    {
        var yaml = new NetplanFiles(tree);
        var definitions = yaml.DefinitionsOf(id);
        if (yaml.Problem is null && definitions.FirstOrDefault(path => string.CompareOrdinal(Path.GetFileName(path), OwnName) > 0) is { } later)
        {
            return new Rendering([], [new Finding(later, 0, FindingWords.ComesAfter(OwnName, id))]);
        }

        // A file of ours may not stay as the only one that defines it.
        if (yaml.Problem is null && definitions.Count == 0)
        {
            return new Rendering([], [new Finding(NetplanFiles.Folder, 0, FindingWords.NoDevice(id))]);
        }

        var problem = yaml.Problem ?? (yaml.OptOutOf(id) is { } optOut ? new Finding(optOut.Path, optOut.Line, FindingWords.OptedOut, IsNote: true) : null);
        if (problem is not null)
        {
            return new Rendering([], [problem]) { LeftAlone = new HashSet<string>(StringComparer.Ordinal) { Own } };
        }

        var there = yaml.AddressesOf(id);
        var addresses = eni.Addresses.Skip(1).Where(address => !there.Contains(address)).ToList();
        var routes = eni.Routes.Select(route => (route, (uint?)null)).Concat(state.HasRules ? eni.TableRoutes.Select(route => (route, (uint?)eni.Table)) : []).ToList();
        return addresses.Count + routes.Count == 0 ? Rendering.Empty
            : new Rendering([new RenderedFile(Own, $"{Marker.For(eni.Mac)}\n{NetplanFiles.Adding(id, eni, addresses, routes)}", AtomicFile.Private, IsEdit: false, eni.Mac)], []);
    }
}
