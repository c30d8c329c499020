using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Planning;

namespace EniAgent.Reconciliation;

/// <summary>What the machine's way to the outside rests on: the primary ENI, and whichever ENI main's route to metadata or its default route leads through.</summary>
/// <param name="metadata">The metadata service's address.</param>
internal sealed class ContactPath(IpAddress metadata)
{
    private readonly HashSet<MacAddress> _enis = [];

    /// <summary>The ENIs, as far as they were seen.</summary>
    public IReadOnlySet<MacAddress> Enis => _enis;

    /// <summary>Takes in what was observed.</summary>
    public void See(ObservedState observed, MetadataSnapshot snapshot)
    {
        _enis.Add(snapshot.PrimaryMac);
        var main = observed.Routes.Where(route => route.Table == Route.MainTable).ToList();
        Add(main.Where(route => route.Destination.Contains(metadata)));
        Add(main.Where(route => route.Destination.IsDefault));

        void Add(IEnumerable<Route> routes)
        {
            if (routes.OrderByDescending(route => route.Destination.Length).ThenBy(route => route.Metric).FirstOrDefault() is { } best
                && observed.Links.FirstOrDefault(link => link.Index == best.LinkIndex) is { } link)
            {
                _enis.Add(link.Mac);
            }
        }
    }

    /// <summary>Whether contact rests on one of these steps.</summary>
    public bool IsTouchedBy(IEnumerable<Step> steps) => steps.Any(step => step.Eni is not { } eni || _enis.Contains(eni));
}
