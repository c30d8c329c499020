using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Planning;

namespace EniAgent.Hosting;

/// <summary>What the kernel's events call for.</summary>
[Flags]
internal enum Call
{
    /// <summary>Nothing: known already.</summary>
    None = 0,

    /// <summary>A NIC that metadata does not list yet: read metadata in a burst.</summary>
    Burst = 1,

    /// <summary>An ENI's NIC came or went: converge at once.</summary>
    HotPlug = 2,

    /// <summary>Something is not as it was verified: repair it.</summary>
    Drift = 4,
}

/// <summary>Tells what the kernel's events call for, by what was verified last and what is believed.</summary>
internal sealed class EventTriage
{
    private readonly HashSet<MacAddress> _awaited = [];

    // Links that were new once or an ENI's: what happens to them later is no arrival.
    private readonly HashSet<(int Index, MacAddress Mac)> _known = [];
    private DriftDetector? _verified;
    private HashSet<int> _links = [];
    private HashSet<MacAddress> _macs = [];

    /// <summary>The NICs that appeared and that metadata does not list (completely) yet.</summary>
    public IReadOnlySet<MacAddress> Awaited => _awaited;

    /// <summary>Takes events in.</summary>
    /// <param name="events">The events.</param>
    /// <param name="believed">What is believed; null before anything is.</param>
    /// <param name="isBeforeObserve">True just before the kernel is observed: then only a NIC that would not be observed matters.</param>
    public Call Take(IEnumerable<KernelEvent> events, MetadataSnapshot? believed, bool isBeforeObserve)
    {
        var call = Call.None;
        foreach (var e in events)
        {
            if (e is KernelEvent.LinkChanged { Removed: true } gone)
            {
                _known.Remove((gone.Link.Index, gone.Link.Mac));
                _awaited.Remove(gone.Link.Mac);
            }

            if (e is KernelEvent.LinkChanged { Removed: false, Link: var link } && !_links.Contains(link.Index) && !_macs.Contains(link.Mac))
            {
                call |= IsArrival(link, believed) ? Call.Burst : Call.None;
            }
            else if (!isBeforeObserve && (_verified is null || _verified.IsNews(e)))
            {
                call |= e is KernelEvent.LinkChanged l && (l.Removed || !_links.Contains(l.Link.Index)) ? Call.HotPlug : Call.Drift;
            }
        }

        return call;
    }

    /// <summary>Goes by another set of links and ENIs; false when they are the same as before.</summary>
    public bool Watch(HashSet<int> links, HashSet<MacAddress> macs)
    {
        if (links.SetEquals(_links) && macs.SetEquals(_macs))
        {
            return false;
        }

        (_links, _macs) = (links, macs);
        return true;
    }

    /// <summary>Goes by another verified state.</summary>
    public void Verified(ObservedState observed)
    {
        _verified = _verified?.IsOf(observed) == true ? _verified : new DriftDetector(observed);
        _known.UnionWith(observed.Links.Select(link => (link.Index, link.Mac)));
    }

    /// <summary>
    /// Whether a step puts back what was verified and somebody has taken away or changed. One that does not follows what is new, as a rule follows a virtual address
    /// that somebody moves here: however often that happens, nobody is undoing anything.
    /// </summary>
    public bool PutsBack(Step step) => _verified is not null && step switch
    {
        AddAddress add => _verified.Had(add.Address),
        AddRoute add => _verified.Had(add.Route),
        AddRule add => _verified.Had(add.Rule),
        DeleteAddress or DeleteRoute or DeleteRule => false,
        _ => true,
    };

    /// <summary>Metadata lists these ENIs completely now: nobody waits for them any more.</summary>
    public void Arrived(IEnumerable<MacAddress> macs) => _awaited.ExceptWith(macs);

    /// <summary>Nobody waits any more.</summary>
    public void GiveUp() => _awaited.Clear();

    private bool IsArrival(Link link, MetadataSnapshot? believed)
    {
        // The loopback has no MAC, and an ENI that is known to be faulty for good is not worth a burst.
        var isHopeless = link.Mac.IsZero || (believed?.Faults.Any(fault => fault.Mac == link.Mac && !fault.IsPending) ?? false);
        return !isHopeless && _known.Add((link.Index, link.Mac)) && _awaited.Add(link.Mac);
    }
}
