using System.Net;
using EniAgent.Simulator.Kernel;

namespace EniAgent.Simulator.Probes;

/// <summary>What became of a stream of echo requests.</summary>
/// <param name="Sent">How many were sent.</param>
/// <param name="Lost">The numbers, from 1, of those that nobody answered.</param>
/// <param name="Longest">The longest time between two answers.</param>
public sealed record TrafficResult(int Sent, IReadOnlyList<int> Lost, TimeSpan Longest);

/// <summary>Echo requests every two milliseconds until told to stop: proof that not one packet is lost while something changes.</summary>
public sealed class TrafficStream : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly IcmpSocket _socket;
    private readonly IPAddress _to;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _end = new();
    private readonly HashSet<int> _unanswered = [];
    private readonly Task _sender;
    private readonly Task _receiver;
    private int _sent;
    private int _answers;
    private long _lastAnswer;
    private TimeSpan _longest;

    private TrafficStream(IcmpSocket socket, IPAddress to)
    {
        (_socket, _to) = (socket, to);
        _receiver = Task.Run(ReceiveAsync);
        _sender = Task.Run(SendAsync);
    }

    /// <summary>Starts a stream; with a source, from that address.</summary>
    public static TrafficStream Start(NetworkNamespace from, IPAddress to, IPAddress? source = null) => new(IcmpSocket.Open(from, source), to);

    /// <summary>How many were answered so far: a gap is one between two of them.</summary>
    public int Answers => Volatile.Read(ref _answers);

    /// <summary>How many were sent so far.</summary>
    public int Sent => Volatile.Read(ref _sent);

    /// <summary>Stops, waits up to a second for the last answers, and says what was lost.</summary>
    public async Task<TrafficResult> StopAsync()
    {
        await _stop.CancelAsync();
        await _sender;
        for (var waited = TimeSpan.Zero; waited < Patience; waited += Interval)
        {
            lock (_unanswered)
            {
                if (_unanswered.Count == 0)
                {
                    break;
                }
            }
            await Task.Delay(Interval);
        }
        await _end.CancelAsync();
        await _receiver;
        lock (_unanswered)
        {
            return new(_sent, [.. _unanswered.Order()], _longest);
        }
    }

    /// <summary>Ends the stream.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _end.CancelAsync();
        await Task.WhenAll(_sender, _receiver);
        _socket.Dispose();
        _stop.Dispose();
        _end.Dispose();
    }

    private async Task SendAsync()
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            do
            {
                var number = _sent + 1;
                lock (_unanswered)
                {
                    _unanswered.Add(number);
                }
                Pinger.TrySend(_socket, _to, (ulong)number);
                Volatile.Write(ref _sent, number);
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // StopAsync.
        }
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (true)
            {
                var reply = await _socket.ReceiveAsync(_end.Token);
                lock (_unanswered)
                {
                    if (reply.Id != _socket.Id || !_unanswered.Remove((int)reply.Sequence))
                    {
                        continue;
                    }
                }
                var now = System.Diagnostics.Stopwatch.GetTimestamp();
                if (_lastAnswer != 0 && System.Diagnostics.Stopwatch.GetElapsedTime(_lastAnswer, now) is var gap && gap > _longest)
                {
                    _longest = gap;
                }
                _lastAnswer = now;
                Interlocked.Increment(ref _answers);
            }
        }
        catch (OperationCanceledException)
        {
            // StopAsync or DisposeAsync.
        }
    }
}
