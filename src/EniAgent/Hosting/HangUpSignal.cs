using System.Runtime.InteropServices;

namespace EniAgent.Hosting;

/// <summary>SIGHUP, caught from the beginning: by default it ends a process. One that comes before there is anybody to act on it is kept until then.</summary>
internal sealed class HangUpSignal : IDisposable
{
    private readonly Lock _gate = new();
    private readonly PosixSignalRegistration _registration;
    private Action? _action;
    private bool _isPending;

    /// <summary>Catches it from now on.</summary>
    public HangUpSignal() => _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
    {
        signal.Cancel = true;
        Raise();
    });

    /// <summary>Says what is to be done when it comes, and does it when it has come already.</summary>
    public void Then(Action action)
    {
        lock (_gate)
        {
            _action = action;
            if (_isPending)
            {
                action();
            }
        }
    }

    public void Dispose() => _registration.Dispose();

    private void Raise()
    {
        lock (_gate)
        {
            _isPending = _action is null;
            _action?.Invoke();
        }
    }
}
