using EniAgent.Core.Addressing;

namespace EniAgent.Metadata;

/// <summary>What a changed document says about those that are merely remembered.</summary>
internal static class ChangeRules
{
    /// <summary>The remembered documents that a changed one casts doubt on; null for none.</summary>
    public static Func<string, Document, bool>? Doubted(string path, Document document)
    {
        if (DocumentPath.EniFolder(path) is not { } folder)
        {
            return null;
        }

        // The facts about an ENI's subnet belong together: old and new ones must not be mixed.
        if (path.EndsWith("/gateway", StringComparison.Ordinal) || path.EndsWith("/subnet-mask", StringComparison.Ordinal)
            || path == folder + "subnet-id" || path == folder + AddressListNames.IPv4.Primary)
        {
            return (other, _) => other.StartsWith(folder, StringComparison.Ordinal);
        }

        // An EIP has come or gone: where one was found it stays while it is listed, and every other address may have got the new one.
        if (path == folder + AddressListNames.IPv4.PublicList)
        {
            var listed = document is Document.Present present ? DocumentText.Names(present.Text).ToHashSet() : [];
            return (other, known) => other.StartsWith(folder, StringComparison.Ordinal)
                && other.EndsWith("/" + AddressListNames.IPv4.Public, StringComparison.Ordinal)
                && !(known is Document.Present eip && listed.Contains(eip.Text));
        }

        return null;
    }

    /// <summary>
    /// The remembered documents that a changed list of addresses casts doubt on: everything when the primary address has left it, what
    /// says which address is primary and where its subnet lies when one has come, nothing when one has merely gone.
    /// </summary>
    public static Func<string, Document, bool>? DoubtedByList(EniPaths paths, string primary, IReadOnlyList<IpAddress> before, IReadOnlyList<IpAddress> after)
    {
        if (!IpAddress.TryParse(primary, out var address) || !after.Contains(address))
        {
            return (other, _) => other.StartsWith(paths.Folder, StringComparison.Ordinal);
        }

        return after.Except(before).Any()
            ? (other, _) => other == paths.Primary || other == paths.Gateway(primary) || other == paths.Mask(primary)
            : null;
    }
}
