namespace EniAgent.Core.Addressing;

/// <summary>Covers a set of addresses with prefixes, exactly.</summary>
public static class PrefixCover
{
    /// <summary>
    /// The smallest set of prefixes that together hold every address of <paramref name="addresses"/> and not one more,
    /// in ascending order. Duplicates do not matter; O(n log n).
    /// </summary>
    public static IReadOnlyList<IpPrefix> Exact(IEnumerable<IpAddress> addresses)
    {
        var sorted = addresses.Distinct().Order();

        // A stack of prefixes that nothing further to the right can change but by merging with the top: an address comes in as a host
        // prefix, and while the two topmost are the halves of one prefix they become that prefix. Because addresses arrive in order, every
        // complete block is found the moment its last address arrives.
        var cover = new List<IpPrefix>();
        foreach (var address in sorted)
        {
            cover.Add(IpPrefix.Host(address));
            while (cover.Count > 1 && TryJoin(cover[^2], cover[^1], out var joined))
            {
                cover.RemoveAt(cover.Count - 1);
                cover[^1] = joined;
            }
        }

        return cover;
    }

    private static bool TryJoin(IpPrefix left, IpPrefix right, out IpPrefix joined)
    {
        joined = default;
        if (left.Length != right.Length || left.Length == 0 || left.Family != right.Family)
        {
            return false;
        }

        joined = new IpPrefix(left.Network, left.Length - 1);
        return joined.Contains(right) && left != right;
    }
}
