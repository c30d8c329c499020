using System.Collections.Immutable;
using EniAgent.Core.Addressing;
using EniAgent.Core.Metadata;
using EniAgent.Core.Wording;

namespace EniAgent.Metadata;

/// <summary>One listed ENI as read.</summary>
internal abstract record EniReading
{
    private EniReading()
    {
    }

    /// <summary>Complete and valid by itself.</summary>
    public sealed record Usable(EniMetadata Eni) : EniReading;

    /// <summary>Incomplete or wrong.</summary>
    public sealed record Faulty(EniFault Fault) : EniReading;
}

/// <summary>
/// Reads one ENI's documents, asking only for the list of its addresses and for what is unknown or in doubt, and makes one consistent
/// whole of them. An ENI at fault is read from scratch the next time.
/// </summary>
internal sealed class EniReader(ReadSession session, DocumentMemory memory, MacAddress mac, EniPaths paths)
{
    private readonly AddressFamily _family = paths.Names.Family;

    /// <summary>Reads the ENI; whether it is the primary one, and its VPC, are not said by its own documents.</summary>
    public async Task<EniReading> ReadAsync()
    {
        var (eni, problem) = await ReadDocumentsAsync().ConfigureAwait(false);
        if (IsInDocuments(problem) && memory.Doubt((path, _) => path.StartsWith(paths.Folder, StringComparison.Ordinal)))
        {
            // Nothing that is merely remembered puts an ENI at fault.
            (eni, problem) = await ReadDocumentsAsync().ConfigureAwait(false);
        }

        if (problem is null)
        {
            return new EniReading.Usable(eni);
        }

        if (IsInDocuments(problem))
        {
            memory.Distrust(paths.Folder);
        }

        return new EniReading.Faulty(new EniFault(mac, problem.IsPending, problem.Message));
    }

    /// <summary>Whether a problem is one of what the documents say, and not of the way to them, which says nothing about the ENI.</summary>
    private static bool IsInDocuments(Problem? problem) => problem is { Kind: MetadataFailureKind.Malformed or MetadataFailureKind.Denied };

    private async Task<Reading<EniMetadata>> ReadDocumentsAsync()
    {
        var (addresses, problem) = await ReadListAsync().ConfigureAwait(false);
        if (problem is not null)
        {
            return new(null!, problem);
        }

        var essentials = await ReadEssentialsAsync(addresses).ConfigureAwait(false);
        while (essentials.Problem is null && InDoubt(essentials.Value))
        {
            essentials = await ReadEssentialsAsync(addresses).ConfigureAwait(false);
        }

        if (essentials.Problem is not null)
        {
            return new(null!, essentials.Problem);
        }

        var (primary, subnet, gateway, subnetId) = essentials.Value;
        var outside = addresses.FirstOrDefault(address => !subnet.Contains(address));
        if (!outside.IsNone)
        {
            return new(null!, Wrong(AnswerWords.Outside(paths.AddressList, outside, subnet, primary)));
        }

        IReadOnlyList<IpAddress> ordered = [primary, .. addresses.Where(address => address != primary)];
        var (placed, placing) = await new PublicAddressReader(session, memory, paths).ReadAsync(ordered).ConfigureAwait(false);
        return new(
            new EniMetadata { Mac = mac, IsPrimary = false, SubnetId = subnetId, Subnet = subnet, Gateway = gateway, Addresses = placed },
            placing);
    }

    private async Task<Reading<IReadOnlyList<IpAddress>>> ReadListAsync()
    {
        var kind = DocumentText.Addresses(_family);
        var before = memory.Before(paths.AddressList);
        var list = session.FetchAsync(paths.AddressList);
        if (before is null)
        {
            // A new ENI: everything that does not depend on the list is asked for along with it.
            await Task.WhenAll(list, session.GetAsync(paths.Primary), session.GetAsync(paths.SubnetId), session.GetAsync(paths.PublicList))
                .ConfigureAwait(false);
        }

        var reading = kind.Read(paths.AddressList, await list.ConfigureAwait(false));
        if (reading.Problem is null && before is not null && memory.TryGet(paths.Primary, out var known) && known is Document.Present primary
            && ChangeRules.DoubtedByList(paths, primary.Text, kind.Read(paths.AddressList, before).Value ?? [], reading.Value) is { } doubted)
        {
            memory.Doubt(doubted);
        }

        return reading;
    }

    private async Task<Reading<Essentials>> ReadEssentialsAsync(IReadOnlyList<IpAddress> addresses)
    {
        var documents = await Task.WhenAll(session.GetAsync(paths.Primary), session.GetAsync(paths.SubnetId), session.GetAsync(paths.PublicList))
            .ConfigureAwait(false);
        var primary = DocumentText.Address(_family).Read(paths.Primary, documents[0]);
        var subnetId = ReadSubnetId(documents[1]);
        // A list of EIPs that is in doubt and not answered stays in doubt, however often the rest is read.
        var publicList = documents[2] is Document.Failed failed ? new Problem(failed.Kind, false, failed.Message) : null;
        if ((primary.Problem ?? subnetId.Problem ?? publicList) is { } first)
        {
            return new(null!, first);
        }

        if (!addresses.Contains(primary.Value))
        {
            return new(null!, Wrong(AnswerWords.NotListed(paths.AddressList, primary.Value, paths.Primary)) with { IsPending = true });
        }

        var name = primary.Value.ToString();
        var subnetDocuments = await Task.WhenAll(session.GetAsync(paths.Gateway(name)), session.GetAsync(paths.Mask(name))).ConfigureAwait(false);
        var gateway = DocumentText.Gateway(_family).Read(paths.Gateway(name), subnetDocuments[0]);
        var mask = DocumentText.Mask.Read(paths.Mask(name), subnetDocuments[1]);
        return (gateway.Problem ?? mask.Problem) is { } second
            ? new(null!, second)
            : new(new Essentials(primary.Value, new IpPrefix(primary.Value, mask.Value), gateway.Value, subnetId.Value), null);
    }

    /// <summary>An ENI may do without a subnet's id, but not lose the one that it had: then it is not a whole ENI any more.</summary>
    private Reading<string> ReadSubnetId(Document document)
    {
        var reading = DocumentText.Id.Read(paths.SubnetId, document);
        var hadOne = memory.Before(paths.SubnetId) is Document.Present { Text.Length: > 0 };
        return reading.Problem is { IsPending: true } && !hadOne ? new("", null) : reading;
    }

    private bool InDoubt(Essentials essentials)
    {
        var name = essentials.Primary.ToString();
        return new[] { paths.Primary, paths.SubnetId, paths.PublicList, paths.Gateway(name), paths.Mask(name) }.Any(memory.IsStale);
    }

    private static Problem Wrong(Sentence message) => new(MetadataFailureKind.Malformed, false, message);

    private sealed record Essentials(IpAddress Primary, IpPrefix Subnet, IpAddress Gateway, string SubnetId);
}
