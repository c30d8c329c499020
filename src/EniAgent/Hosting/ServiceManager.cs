using System.Globalization;
using EniAgent.Reporting;
using Microsoft.Extensions.Hosting.Systemd;

namespace EniAgent.Hosting;

/// <summary>
/// What the daemon tells the service manager (sd_notify(3)), which says READY and STOPPING by itself: what it is doing, that it lives, that it reloads. Nothing
/// where no service manager listens.
/// </summary>
internal sealed class ServiceManager
{
    private readonly ISystemdNotifier _notifier;
    private readonly TimeProvider _time;
    private string _status = "";
    private long _lastSign;

    /// <summary>Made at the start.</summary>
    /// <param name="notifier">The way to it.</param>
    /// <param name="watchdog">WATCHDOG_USEC of its environment; null where it does not watch.</param>
    /// <param name="watched">WATCHDOG_PID of its environment: which process it watches; null for any.</param>
    /// <param name="time">The clock.</param>
    public ServiceManager(ISystemdNotifier notifier, string? watchdog, string? watched, TimeProvider time)
    {
        (_notifier, _time) = (notifier, time);
        if (notifier.IsEnabled && long.TryParse(watchdog, NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0
            && (watched is null || watched == Environment.ProcessId.ToString(CultureInfo.InvariantCulture)))
        {
            Pulse = TimeSpan.FromMicroseconds(microseconds) / 3;
        }
    }

    /// <summary>How often it wants a sign of life, with room for one that is late; infinite where it wants none.</summary>
    public TimeSpan Pulse { get; } = Timeout.InfiniteTimeSpan;

    /// <summary>The loop goes round. It is told as often as it wants to know.</summary>
    public void Alive()
    {
        if (Pulse != Timeout.InfiniteTimeSpan && (_lastSign == 0 || _time.GetElapsedTime(_lastSign) >= Pulse / 2))
        {
            _lastSign = _time.GetTimestamp();
            _notifier.Notify(new ServiceState("WATCHDOG=1"));
        }
    }

    /// <summary>What systemctl status shows in a line.</summary>
    public void Status(StatusReport report)
    {
        var status = (report.State == "waiting-for-metadata" ? "waiting for metadata" : StatusText.Summary(report, changes: 0))
            + (report.LastError is { } error ? $": {error}" : "");
        if (status != _status)
        {
            _status = status;
            _notifier.Notify(new ServiceState("STATUS=" + status));
        }
    }

    /// <summary>A new configuration is being taken into force.</summary>
    public void Reloading() => _notifier.Notify(new ServiceState(string.Create(
        CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={_time.GetTimestamp() / (_time.TimestampFrequency / 1_000_000)}")));

    /// <summary>It is in force, or the former one still is.</summary>
    public void Reloaded() => _notifier.Notify(ServiceState.Ready);
}
