using EniAgent.Core.Metadata;
using EniAgent.Core.Wording;

namespace EniAgent.Core.Scheduling;

/// <summary>
/// Keeps what cost the machine its contact from being tried again at once: the same belief is held back with growing distances, a new one is not.
/// Pure: the caller brings the clock.
/// </summary>
public sealed class HoldBack
{
    /// <summary>The first distance; it doubles.</summary>
    public static readonly TimeSpan First = TimeSpan.FromSeconds(10);

    /// <summary>The longest distance.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private MetadataSnapshot? _rolledBack;
    private TimeSpan _distance = First;

    /// <summary>Until when the suspect is held back.</summary>
    public TimeSpan Until { get; private set; }

    /// <summary>Whether this belief cost the machine its contact when it was tried last.</summary>
    public bool Suspects(MetadataSnapshot snapshot) => _rolledBack is not null && WhatIsApplied(snapshot).Equals(_rolledBack);

    /// <summary>Whether this belief is not to be tried yet.</summary>
    public bool Holds(MetadataSnapshot snapshot, TimeSpan now) => now < Until && Suspects(snapshot);

    /// <summary>Takes in how trying a belief ended. Another belief's success says nothing about the suspect: metadata may go to and fro between the two.</summary>
    public void Note(MetadataSnapshot snapshot, bool isRolledBack, TimeSpan now)
    {
        if (!isRolledBack)
        {
            if (Suspects(snapshot))
            {
                Forget();
            }

            return;
        }

        _distance = !Suspects(snapshot) ? First : _distance * 2 < Longest ? _distance * 2 : Longest;
        (_rolledBack, Until) = (WhatIsApplied(snapshot), now + _distance);
    }

    /// <summary>Suspects nothing any more, as under another configuration.</summary>
    public void Forget() => (_rolledBack, _distance) = (null, First);

    // Ids and public addresses come and go without a trace in the kernel.
    private static MetadataSnapshot WhatIsApplied(MetadataSnapshot snapshot) => snapshot with
    {
        Faults = [.. snapshot.Faults.Select(fault => fault with { Message = Sentence.AsIs("") })],
        Enis = [.. snapshot.Enis.Select(eni => eni with
        {
            SubnetId = "",
            VpcId = "",
            Addresses = [.. eni.Addresses.Select(a => new AddressMetadata(a.Address))],
        })],
    };
}
