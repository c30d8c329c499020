namespace EniAgent.Metadata;

/// <summary>A few places, which are taken in turn. Who has waited goes on as part of giving a place back, with no thread woken up for it.</summary>
/// <param name="count">How many there are.</param>
internal sealed class Places(int count)
{
    private readonly Lock _gate = new();
    private readonly List<TaskCompletionSource> _waiting = [];
    private int _free = count;

    /// <summary>Takes a place, once there is one.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled before there was one.</exception>
    public async ValueTask TakeAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource turn;
        lock (_gate)
        {
            if (_free > 0)
            {
                _free--;
                return;
            }

            turn = new TaskCompletionSource();
            _waiting.Add(turn);
        }

        using var registration = cancellationToken.UnsafeRegister(_ => GiveUp(turn, cancellationToken), null);
        await turn.Task.ConfigureAwait(false);
    }

    /// <summary>Gives one back.</summary>
    public void GiveBack()
    {
        TaskCompletionSource next;
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                _free++;
                return;
            }

            next = _waiting[0];
            _waiting.RemoveAt(0);
        }

        next.SetResult();
    }

    // Whose turn has come in the same moment has a place, and gives it back.
    private void GiveUp(TaskCompletionSource turn, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_waiting.Remove(turn))
            {
                return;
            }
        }

        turn.SetCanceled(cancellationToken);
    }
}
