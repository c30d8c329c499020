using System.Collections.Immutable;
using EniAgent.Core.Addressing;
using EniAgent.Core.Metadata;

namespace EniAgent.Metadata;

/// <summary>
/// Finds which private address carries which EIP of an ENI: the list of EIPs is one document, but each address's own EIP is another, so they
/// are asked for in order, only until every EIP has its place, and remembered.
/// </summary>
internal sealed class PublicAddressReader(ReadSession session, DocumentMemory memory, EniPaths paths)
{
    private readonly DocumentKind<IpAddress> _kind = DocumentText.Address(paths.Names.Family);
    private readonly Dictionary<IpAddress, AddressMetadata> _placed = [];
    private HashSet<IpAddress> _unplaced = [];

    /// <summary>The addresses with their EIPs, in the order given.</summary>
    public async Task<Reading<ImmutableArray<AddressMetadata>>> ReadAsync(IReadOnlyList<IpAddress> addresses)
    {
        var (listed, listProblem) = DocumentText.Addresses(paths.Names.Family)
            .Read(paths.PublicList, await session.GetAsync(paths.PublicList).ConfigureAwait(false));
        if (listProblem is { IsPending: false })
        {
            return new([], listProblem);
        }

        _unplaced = listProblem is null ? [.. listed] : [];
        var known = addresses.Where(address => IsKnownToCarryAListedOne(address)).ToList();
        foreach (var address in known.Concat(addresses.Except(known)))
        {
            if (await PlaceAsync(address).ConfigureAwait(false) is { } problem)
            {
                return new([], problem);
            }
        }

        var leftover = await PlaceLeftoverAsync(addresses).ConfigureAwait(false);
        return new([.. addresses.Select(address => _placed.GetValueOrDefault(address) ?? new AddressMetadata(address))], leftover);
    }

    private bool IsKnownToCarryAListedOne(IpAddress address) =>
        _unplaced.Count > 0 && memory.TryGet(paths.Public(address.ToString()), out var document)
        && _kind.Read(paths.PublicList, document) is { Problem: null, Value: var eip } && _unplaced.Contains(eip);

    private async Task<Problem?> PlaceAsync(IpAddress address)
    {
        if (_unplaced.Count == 0)
        {
            return null;
        }

        var name = address.ToString();
        var (eip, problem) = _kind.Read(paths.Public(name), await session.GetAsync(paths.Public(name)).ConfigureAwait(false));
        if (problem is not null || !_unplaced.Remove(eip))
        {
            return problem is { IsPending: true } ? null : problem;
        }

        var (mode, modeProblem) = DocumentText.Id.Read(paths.PublicMode(name), await session.GetAsync(paths.PublicMode(name)).ConfigureAwait(false));
        _placed[address] = new AddressMetadata(address, eip, modeProblem is null ? mode : null);
        return modeProblem is { IsPending: true } ? null : modeProblem;
    }

    /// <summary>
    /// An EIP that is listed but found nowhere may show up a moment later: each time the list is read again, so is the address that was asked
    /// longest ago.
    /// </summary>
    private async Task<Problem?> PlaceLeftoverAsync(IReadOnlyList<IpAddress> addresses)
    {
        if (_unplaced.Count == 0)
        {
            return null;
        }

        session.LeaveOpen();
        if (!memory.WasAskedInThisRead(paths.PublicList))
        {
            return null;
        }

        var ages = memory.Reliable().ToDictionary(static known => known.Path, static known => known.Age, StringComparer.Ordinal);
        var candidates = addresses.Where(address => !_placed.ContainsKey(address) && !memory.WasAskedInThisRead(paths.Public(address.ToString())));
        var oldest = candidates.OrderByDescending(address => ages.GetValueOrDefault(paths.Public(address.ToString()))).FirstOrDefault();
        if (oldest.IsNone)
        {
            return null;
        }

        await session.RefreshAsync(paths.Public(oldest.ToString())).ConfigureAwait(false);
        return await PlaceAsync(oldest).ConfigureAwait(false);
    }
}
