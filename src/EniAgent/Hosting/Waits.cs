using EniAgent.Core.Metadata;
using EniAgent.Core.Scheduling;
using EniAgent.Reporting;

namespace EniAgent.Hosting;

/// <summary>What the daemon waits for and only it knows of; what can be seen from outside is <see cref="StatusBuilder"/>'s to say.</summary>
internal sealed class Waits(EventTriage triage, HoldBack holdBack, RepairBackOff backOff, TimeProvider time)
{
    private DateTimeOffset? _unreadSince;
    private int _attempts;

    /// <summary>Metadata could not be read.</summary>
    public void MetadataFailed()
    {
        _unreadSince ??= time.GetUtcNow();
        _attempts++;
    }

    /// <summary>Metadata was read.</summary>
    public void MetadataAnswered() => (_unreadSince, _attempts) = (null, 0);

    /// <summary>What is waited for now.</summary>
    /// <param name="believed">What is believed; null before anything is.</param>
    /// <param name="now">The time, on the clock of the schedules.</param>
    /// <param name="driftSince">Since when there is something to repair; null where there is nothing.</param>
    public IReadOnlyList<WaitReport> At(MetadataSnapshot? believed, TimeSpan now, TimeSpan? driftSince)
    {
        var waits = new List<WaitReport>();
        if (believed is null || _unreadSince is not null)
        {
            waits.Add(new WaitReport(WaitFor.Metadata) { Since = _unreadSince, Attempts = _attempts });
        }

        waits.AddRange(triage.Awaited.Select(mac => new WaitReport(WaitFor.Eni, mac.ToString())));
        if (believed is not null && holdBack.Holds(believed, now))
        {
            waits.Add(new WaitReport(WaitFor.Retry) { Until = Clock(holdBack.Until) });
        }

        if (driftSince is { } since && backOff.NotBefore(since) is var due && due > now)
        {
            waits.Add(new WaitReport(WaitFor.Repair) { Until = Clock(due) });
        }

        return waits;

        DateTimeOffset Clock(TimeSpan at) => time.GetUtcNow() + (at - now);
    }
}
