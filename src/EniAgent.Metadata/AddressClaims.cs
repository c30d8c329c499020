using EniAgent.Core.Addressing;
using EniAgent.Core.Metadata;

namespace EniAgent.Metadata;

/// <summary>An address belongs to one ENI; when two are listed with it, one of them is wrong.</summary>
internal static class AddressClaims
{
    /// <summary>
    /// The ENIs that must give way, each with the reason: an address stays with the ENI that had it, else with the primary ENI, else
    /// with the one listed first.
    /// </summary>
    /// <param name="enis">The ENIs in the order of the listing.</param>
    /// <param name="primaryMac">The primary ENI.</param>
    /// <param name="hadIt">Whether an ENI had an address before.</param>
    public static IReadOnlyList<EniFault> Losers(
        IReadOnlyList<EniMetadata> enis, MacAddress primaryMac, Func<MacAddress, IpAddress, bool> hadIt)
    {
        var losers = new Dictionary<MacAddress, EniFault>();
        var claims = enis.SelectMany(static eni => eni.Addresses, static (eni, address) => (Eni: eni, address.Address))
            .GroupBy(static claim => claim.Address, static claim => claim.Eni.Mac);
        foreach (var claim in claims)
        {
            var claimants = claim.Where(mac => !losers.ContainsKey(mac))
                .OrderByDescending(mac => hadIt(mac, claim.Key)).ThenByDescending(mac => mac == primaryMac).ToList();
            foreach (var loser in claimants.Skip(1))
            {
                losers[loser] = new EniFault(loser, IsPending: false, AnswerWords.ListedTwice(claim.Key, loser, claimants[0]));
            }
        }

        return [.. losers.Values];
    }
}
