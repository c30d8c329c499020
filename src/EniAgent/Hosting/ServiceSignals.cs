using System.Runtime.InteropServices;

namespace EniAgent.Hosting;

/// <summary>The signals of a service, caught from the beginning, for by default each ends a process at once. One that comes before there is anybody to act on it is kept.</summary>
internal sealed class ServiceSignals : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _end;
    private readonly PosixSignalRegistration[] _registrations;
    private Action? _reload;
    private bool _mustReload;

    /// <summary>Catches them from now on.</summary>
    public ServiceSignals(CancellationToken cancellationToken)
    {
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => Take(signal, Reload)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Take(signal, _end.Cancel)),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Take(signal, _end.Cancel)),
        ];

        static void Take(PosixSignalContext signal, Action action)
        {
            signal.Cancel = true;
            action();
        }
    }

    /// <summary>Cancelled by SIGTERM and SIGINT: the service is to end.</summary>
    public CancellationToken End => _end.Token;

    /// <summary>Says what is to be done on SIGHUP, and does it when that has come already.</summary>
    public void OnReload(Action action)
    {
        lock (_gate)
        {
            _reload = action;
            if (_mustReload)
            {
                action();
            }
        }
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _end.Dispose();
    }

    private void Reload()
    {
        lock (_gate)
        {
            _mustReload = _reload is null;
            _reload?.Invoke();
        }
    }
}
