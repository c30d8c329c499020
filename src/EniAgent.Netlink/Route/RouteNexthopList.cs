using System.Collections;

namespace EniAgent.Netlink;

/// <summary>The ways of a multipath route; equal when each is, in the same order. The default is empty.</summary>
public readonly struct RouteNexthopList : IReadOnlyList<RouteNexthop>, IEquatable<RouteNexthopList>
{
    private readonly RouteNexthop[]? _items;

    /// <summary>Takes the ways in their order.</summary>
    public RouteNexthopList(params RouteNexthop[] items) => _items = items;

    /// <inheritdoc/>
    public int Count => _items?.Length ?? 0;

    private RouteNexthop[] Items => _items ?? [];

    /// <inheritdoc/>
    public RouteNexthop this[int index] => Items[index];

    /// <summary>Whether two lists hold equal ways in the same order.</summary>
    public static bool operator ==(RouteNexthopList left, RouteNexthopList right) => left.Equals(right);

    /// <summary>Whether two lists differ.</summary>
    public static bool operator !=(RouteNexthopList left, RouteNexthopList right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(RouteNexthopList other) => Items.AsSpan().SequenceEqual(other.Items);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RouteNexthopList other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var item in Items)
        {
            hash.Add(item);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<RouteNexthop> GetEnumerator() => ((IEnumerable<RouteNexthop>)Items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Reads the payload of RTA_MULTIPATH: a row of struct rtnexthop, each with its attributes.</summary>
    internal static RouteNexthopList Parse(ReadOnlySpan<byte> payload)
    {
        var items = new List<RouteNexthop>();
        var reader = new NexthopReader(payload);
        while (reader.MoveNext())
        {
            items.Add(RouteNexthop.Parse(reader.Header, reader.Attributes));
        }

        return new RouteNexthopList([.. items]);
    }
}
