using EniAgent.Core.Addressing;
using EniAgent.Persistence.Files;
using EniAgent.Persistence.Model;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace EniAgent.Persistence.Backends.Netplan;

/// <summary>netplan's YAML files (netplan(5)), ours left out. netplan merges all of them: what another file says of the same id is added.</summary>
internal sealed class NetplanFiles
{
    public const string Folder = "/etc/netplan";
    private const string Network = "network", Ethernets = "ethernets";
    private const int MostDeep = 1000;

    private readonly List<(string Path, string Text, YamlMappingNode Ethernets)> _files = [];

    /// <summary>Reads them.</summary>
    public NetplanFiles(IFileTree files)
    {
        foreach (var path in new[] { Folder, "/run/netplan", "/lib/netplan" }.SelectMany(folder => files.List(folder).Where(IsYaml).Select(name => $"{folder}/{name}")))
        {
            switch (files.Read(path))
            {
                case FileContent.Text { Value: var text } when !Marker.Is(text):
                    Read(path, text);
                    break;
                case FileContent.Unusable unusable:
                    Problem ??= new Finding(path, unusable.Line, FindingWords.NoDefinitionAdded(unusable.Problem));
                    break;
            }
        }
    }

    /// <summary>A file in which something is wrong, so that nothing is known of the whole; null where all could be read.</summary>
    public Finding? Problem { get; private set; }

    /// <summary>The files that define an Ethernet device.</summary>
    public IReadOnlyList<string> DefinitionsOf(string id) => [.. Of(id).Select(file => file.Path)];

    /// <summary>Where a comment keeps our hands off a device; null where none does.</summary>
    public (string Path, int Line)? OptOutOf(string id) =>
        Of(id).Select(file => (file.Path, Line: Marker.OptOutIn(file.Text))).Where(place => place.Line > 0).Select(place => ((string, int)?)place).FirstOrDefault();

    /// <summary>The addresses that the files give a device.</summary>
    public IReadOnlySet<IpAddress> AddressesOf(string id) => Of(id)
        .Select(file => Child(file.Ethernets, id) is YamlMappingNode device ? Child(device, "addresses") : null).OfType<YamlSequenceNode>()
        .SelectMany(list => list.Children)
        .Select(entry => entry is YamlMappingNode options ? options.Children.Keys.FirstOrDefault() : entry)
        .Select(node => node is YamlScalarNode { Value: { } value } && IpAddress.TryParse(value.Split('/')[0], out var address) ? address : default).ToHashSet();

    /// <summary>A file that adds addresses, and routes in a table, to a device that other files define.</summary>
    /// <param name="id">The device's id in these files.</param>
    /// <param name="eni">The ENI.</param>
    /// <param name="addresses">Its addresses to add.</param>
    /// <param name="routes">The routes to add, each with its table; null for main.</param>
    public static string Adding(string id, BootEni eni, IReadOnlyCollection<IpAddress> addresses, IReadOnlyCollection<(BootRoute Route, uint? Table)> routes)
    {
        var device = new YamlMappingNode();
        if (addresses.Count > 0)
        {
            device.Add("addresses", new YamlSequenceNode(addresses.Select(address => new YamlScalarNode($"{address}/{eni.Subnet.Length}"))));
        }

        if (routes.Count > 0)
        {
            device.Add("routes", new YamlSequenceNode(routes.Select(route => RouteOf(eni, route.Route, route.Table))));
        }

        var root = new YamlMappingNode(Network, new YamlMappingNode("version", "2", Ethernets, new YamlMappingNode(new YamlScalarNode(id), device)));
        using var text = new StringWriter { NewLine = "\n" };
        new YamlStream(new YamlDocument(root)).Save(text, assignAnchors: false);
        return text.ToString().Replace("...\n", "", StringComparison.Ordinal);
    }

    private static YamlMappingNode RouteOf(BootEni eni, BootRoute route, uint? table)
    {
        var node = new YamlMappingNode("to", route.Destination.IsDefault ? "0.0.0.0/0" : route.Destination.ToString());
        node.Add(route.Gateway.IsNone ? "scope" : "via", route.Gateway.IsNone ? "link" : route.Gateway.ToString());
        if (eni.NeedsOnLink(route.Gateway))
        {
            node.Add("on-link", "true");
        }

        if (table is { } number)
        {
            node.Add("table", $"{number}");
        }

        return node;
    }

    private static bool IsYaml(string name) => name.EndsWith(".yaml", StringComparison.Ordinal);

    private static YamlNode? Child(YamlMappingNode? node, string key) => node?.Children.FirstOrDefault(child => child.Key is YamlScalarNode { Value: { } name } && name == key).Value;

    private IEnumerable<(string Path, string Text, YamlMappingNode Ethernets)> Of(string id) => _files.Where(file => Child(file.Ethernets, id) is not null);

    private void Read(string path, string text)
    {
        if (text.Count(c => c is '[' or '{') > MostDeep || text.Split('\n').Any(line => line.Length > 10 * MostDeep))
        {
            // The parser goes as deep as the text does, and the stack does not.
            Problem ??= new Finding(path, 0, FindingWords.NoDefinitionAdded(FindingWords.TooDeep));
            return;
        }

        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            var network = stream.Documents.Count > 0 && stream.Documents[0].RootNode is YamlMappingNode root ? Child(root, Network) as YamlMappingNode : null;
            if (Child(network, Ethernets) is YamlMappingNode ethernets)
            {
                _files.Add((path, text, ethernets));
            }
        }
        catch (Exception e) when (e is YamlException or InvalidOperationException or ArgumentException)
        {
            // The parser names no place for some of what is wrong.
            Problem ??= new Finding(path, e is YamlException at ? (int)at.Start.Line : 0, FindingWords.NoDefinitionAdded(FindingWords.NotYaml));
        }
    }
}
