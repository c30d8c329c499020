using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EniAgent.Simulator.Kernel;

namespace EniAgent.Simulator.Probes;

/// <summary>Echo requests from any namespace, hundreds at once.</summary>
public static class Pinger
{
    /// <summary>How long <see cref="PingAllAsync"/> waits unless told otherwise: what answers late on a crowded machine does answer.</summary>
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(5);

    private const int Attempts = 3;

    /// <summary>Sends all requests at once, repeats the unanswered ones twice within the deadline, and returns those that never were answered.</summary>
    public static async Task<IReadOnlyList<UnansweredPing>> PingAllAsync(IEnumerable<Ping> pings, TimeSpan? deadline = null)
    {
        var time = deadline ?? DefaultDeadline;
        var flights = pings.GroupBy(p => (p.From, p.Source, p.Device)).Select(g => new Flight([.. g])).ToArray();
        try
        {
            await Task.WhenAll(flights.GroupBy(f => f.From).Select(g => Task.Run(() => g.Key.Run(() =>
            {
                foreach (var flight in g)
                {
                    flight.Open();
                }
            }))));
            using var end = new CancellationTokenSource();
            var receivers = Task.WhenAll(flights.Select(f => f.ReceiveAsync(end.Token)));
            for (var attempt = 0; attempt < Attempts && !receivers.IsCompleted; attempt++)
            {
                foreach (var flight in flights)
                {
                    flight.SendUnanswered();
                }
                await Task.WhenAny(receivers, Task.Delay(time / Attempts));
            }
            await end.CancelAsync();
            await receivers;
            return [.. flights.SelectMany(f => f.Unanswered(time))];
        }
        finally
        {
            foreach (var flight in flights)
            {
                flight.Dispose();
            }
        }
    }

    /// <summary>Whether a single request is answered.</summary>
    public static async Task<bool> AnswersAsync(NetworkNamespace from, IPAddress to, IPAddress? source = null, TimeSpan? deadline = null) =>
        (await PingAllAsync([new Ping(from, to, from.Name) { Source = source }], deadline)).Count == 0;

    /// <summary>
    /// Asks every millisecond until every destination has answered, and returns the time since <paramref name="since"/> (a
    /// <see cref="Stopwatch"/> timestamp, by default the moment of the call) at the last one's first answer; null when time is up first.
    /// </summary>
    public static async Task<TimeSpan?> UntilAllAnswerAsync(
        NetworkNamespace from, IEnumerable<IPAddress> destinations, TimeSpan timeout, long since = 0)
    {
        var start = since == 0 ? Stopwatch.GetTimestamp() : since;
        var waiting = destinations.ToHashSet();
        using var socket = IcmpSocket.Open(from);
        using var end = new CancellationTokenSource();
        var receiver = ReceiveAsync();
        for (var sequence = 1ul; !receiver.IsCompleted && Stopwatch.GetElapsedTime(start) < timeout; sequence++)
        {
            IPAddress[] left;
            lock (waiting)
            {
                left = [.. waiting];
            }
            foreach (var destination in left)
            {
                TrySend(socket, destination, sequence);
            }
            await Task.WhenAny(receiver, Task.Delay(1));
        }
        await end.CancelAsync();
        return await receiver;

        async Task<TimeSpan?> ReceiveAsync()
        {
            try
            {
                while (true)
                {
                    var reply = await socket.ReceiveAsync(end.Token);
                    lock (waiting)
                    {
                        if (reply.Id == socket.Id && waiting.Remove(reply.From) && waiting.Count == 0)
                        {
                            return Stopwatch.GetElapsedTime(start);
                        }
                    }
                }
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        }
    }

    /// <summary>As <see cref="UntilAllAnswerAsync"/> for one address.</summary>
    public static Task<TimeSpan?> UntilAnswersAsync(NetworkNamespace from, IPAddress to, TimeSpan timeout, long since = 0) =>
        UntilAllAnswerAsync(from, [to], timeout, since);

    // What the kernel says at once (no route to host, as long as ARP fails) is an unanswered request like any other here.
    internal static string? TrySend(IcmpSocket socket, IPAddress to, ulong sequence)
    {
        try
        {
            socket.Send(to, sequence);
            return null;
        }
        catch (SocketException e)
        {
            return e.Message;
        }
    }

    // The pings that share a socket.
    private sealed class Flight(Ping[] pings) : IDisposable
    {
        private readonly bool[] _answered = new bool[pings.Length];
        private readonly string?[] _errors = new string?[pings.Length];
        private IcmpSocket? _socket;
        private int _left = pings.Length;

        internal NetworkNamespace From => pings[0].From;

        internal void Open()
        {
            try
            {
                _socket = IcmpSocket.OpenHere(pings[0].Source, pings[0].Device);
            }
            catch (SocketException e)
            {
                Array.Fill(_errors, $"cannot bind: {e.Message}");
            }
        }

        internal void SendUnanswered()
        {
            for (var i = 0; i < pings.Length && _socket is not null; i++)
            {
                if (!Volatile.Read(ref _answered[i]))
                {
                    _errors[i] = TrySend(_socket, pings[i].To, (ulong)i);
                }
            }
        }

        internal async Task ReceiveAsync(CancellationToken end)
        {
            try
            {
                while (_left > 0 && _socket is not null)
                {
                    var reply = await _socket.ReceiveAsync(end);
                    if (reply.Id == _socket.Id && reply.Sequence < (ulong)pings.Length && !_answered[reply.Sequence]
                        && reply.From.Equals(pings[reply.Sequence].To))
                    {
                        Volatile.Write(ref _answered[reply.Sequence], true);
                        _left--;
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // The deadline.
            }
        }

        internal IEnumerable<UnansweredPing> Unanswered(TimeSpan deadline)
        {
            for (var i = 0; i < pings.Length; i++)
            {
                if (!_answered[i])
                {
                    yield return new(pings[i], _errors[i] ?? string.Create(CultureInfo.InvariantCulture, $"no answer within {deadline.TotalMilliseconds:0} ms"));
                }
            }
        }

        public void Dispose() => _socket?.Dispose();
    }
}
