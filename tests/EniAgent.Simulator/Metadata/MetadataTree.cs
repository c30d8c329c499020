using System.Net;

namespace EniAgent.Simulator.Metadata;

/// <summary>What the service says to a guest, computed from the model at the moment of asking.</summary>
internal sealed class MetadataTree(Guest guest, MetadataStyle style)
{
    private const string Root = "/latest/meta-data/";

    /// <summary>The document at a path, or null where there is none. Directories answer with and without a trailing slash.</summary>
    internal string? Find(string path)
    {
        if (path == Root[..^1])
        {
            path = Root;
        }
        if (!path.StartsWith(Root, StringComparison.Ordinal))
        {
            return null;
        }
        var rest = path[Root.Length..];
        var directory = rest.Length == 0 || rest.EndsWith('/');
        Node node = Top();
        foreach (var part in rest.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (node is not Directory d || d.Child(part) is not { } child)
            {
                return null;
            }
            node = child;
        }
        return node switch
        {
            Directory d => style.List(d.Entries.Select(e => e.Value is null ? null : e.Value() is Directory ? e.Key + "/" : e.Key).OfType<string>()),
            Leaf leaf when !directory => leaf.Text,
            _ => null,
        };
    }

    private Directory Top() => new()
    {
        { "app-id", Text("1250000001") },
        { "instance-id", Text(guest.InstanceId) },
        { "instance-name", Text(guest.InstanceName) },
        { "uuid", Text("6b8f4a5e-5d1f-4c56-9f0e-3b7a2d6c9e10") },
        { "mac", Text(style.Mac(guest.PrimaryEni.Mac)) },
        { "local-ipv4", Text(guest.PrimaryEni.PrimaryAddress) },
        { "public-ipv4", Text(guest.PrimaryEni.Eips.GetValueOrDefault(guest.PrimaryEni.PrimaryAddress)?.Address) },
        { "placement", () => new Directory { { "region", Text("ap-guangzhou") }, { "zone", Text("ap-guangzhou-3") } } },
        { "instance", () => new Directory { { "instance-type", Text("S5.LARGE8") }, { "image-id", Text("img-487zeit5") } } },
        { "network", () => new Directory { { "interfaces", () => new Directory { { "macs", Macs } } } } },
    };

    private Directory Macs()
    {
        var macs = new Directory();
        foreach (var eni in guest.Enis.Where(e => e.Listing != Listing.None))
        {
            macs.Add(style.Mac(eni.Mac), () => Interface(eni));
        }
        return macs;
    }

    private Directory Interface(Eni eni)
    {
        var addressed = eni.Listing >= Listing.Addresses;
        return new Directory
        {
            { "mac", Text(style.Mac(eni.Mac)) },
            { "primary-local-ipv4", addressed ? Text(eni.PrimaryAddress) : null },
            { "public-ipv4s", addressed && eni.Eips.Count > 0 ? Text(style.List(eni.Eips.Values.Select(e => e.Address.ToString()))) : null },
            { "vpc-id", Text(guest.Vpc.Id) },
            { "subnet-id", Text(eni.Subnet.Id) },
            { "local-ipv4s", addressed ? () => Addresses(eni) : null },
        };
    }

    private static Directory Addresses(Eni eni)
    {
        var list = new Directory();
        foreach (var address in eni.Addresses)
        {
            list.Add(address.ToString(), () => Address(eni, address));
        }
        return list;
    }

    private static Directory Address(Eni eni, IPAddress address)
    {
        var complete = eni.Listing == Listing.Complete;
        var eip = eni.Eips.GetValueOrDefault(address);
        return new Directory
        {
            { "gateway", complete ? Text(eni.Subnet.Gateway) : null },
            { "local-ipv4", Text(address) },
            { "public-ipv4", Text(eip?.Address) },
            { "public-ipv4-mode", Text(eip?.ModeText) },
            { "subnet-mask", complete ? Text(eni.Subnet.Mask) : null },
        };
    }

    private static Func<Node>? Text(object? value) => value is null ? null : () => new Leaf(value.ToString()!);

    private abstract record Node;

    private sealed record Leaf(string Text) : Node;

    // Entries without a value are keys that the service does not have at the moment.
    private sealed record Directory : Node, System.Collections.IEnumerable
    {
        internal List<KeyValuePair<string, Func<Node>?>> Entries { get; } = [];

        internal void Add(string name, Func<Node>? value) => Entries.Add(new(name, value));

        internal Node? Child(string name) => Entries.Find(e => e.Key == name).Value?.Invoke();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => Entries.GetEnumerator();
    }
}
