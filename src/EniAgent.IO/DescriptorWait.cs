namespace EniAgent.IO;

/// <summary>One wait for a descriptor. Its task goes on where it is ended, which is on the reactor's thread.</summary>
internal sealed class DescriptorWait : TaskCompletionSource
{
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;

    /// <exception cref="ObjectDisposedException">The descriptor is closed.</exception>
    public DescriptorWait(Descriptor descriptor, short events)
    {
        (Descriptor, Events) = (descriptor, events);
        var isHeld = false;
        descriptor.DangerousAddRef(ref isHeld);
    }

    /// <summary>What is waited for; held open until the end.</summary>
    public Descriptor Descriptor { get; }

    /// <summary>What is waited for, in the terms of poll(2).</summary>
    public short Events { get; }

    /// <summary>It has come.</summary>
    public bool IsReady { get; set; }

    /// <summary>The descriptor is about to be closed.</summary>
    public bool IsForgotten { get; set; }

    /// <summary>There is nothing to wait for any more, whether it has come or not.</summary>
    public bool IsOver => IsForgotten || _token.IsCancellationRequested;

    /// <summary>Ends it when a token is cancelled; to be called before the reactor knows of it.</summary>
    public void EndWith(Reactor reactor, CancellationToken token)
    {
        _token = token;
        _registration = token.UnsafeRegister(static reactor => ((Reactor)reactor!).Tell(), reactor);
    }

    /// <summary>Ends it, as what it is.</summary>
    public void End()
    {
        _registration.Unregister();
        Descriptor.DangerousRelease();
        if (IsReady)
        {
            SetResult();
        }
        else if (IsForgotten)
        {
            SetException(new ObjectDisposedException(nameof(Descriptor)));
        }
        else
        {
            SetCanceled(_token);
        }
    }
}
