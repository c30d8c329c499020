using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EniAgent.Simulator.Metadata;

/// <summary>The instance metadata service at 169.254.0.23:80 of a VPC: it knows its guests by their addresses and answers each about itself.</summary>
public sealed class MetadataService : IAsyncDisposable
{
    private readonly Vpc _vpc;
    private readonly ConcurrentQueue<MetadataRequest> _requests = new();
    private readonly ConcurrentDictionary<int, MetadataConnection> _connections = new();
    private readonly CancellationTokenSource _end = new();
    private Socket? _listener;
    private int _lastConnection;

    internal MetadataService(Vpc vpc) => _vpc = vpc;

    /// <summary>What goes wrong.</summary>
    public FaultRules Faults { get; } = new();

    /// <summary>How listings are written.</summary>
    public MetadataStyle Style { get; set; } = MetadataStyle.Documented;

    /// <summary>Every request so far, in the order of arrival.</summary>
    public IReadOnlyList<MetadataRequest> Requests => [.. _requests];

    /// <summary>How many requests there were so far.</summary>
    public int RequestCount => _requests.Count;

    /// <summary>Begins to listen, or begins again after <see cref="StopListening"/>.</summary>
    public void StartListening()
    {
        if (_listener is not null)
        {
            return;
        }
        var listener = _vpc.FabricNamespace.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(Fabric.MetadataAddress, 80));
        listener.Listen(512);
        _listener = listener;
        _ = AcceptAsync(listener);
    }

    /// <summary>Stops listening and resets all connections: new ones are refused.</summary>
    public void StopListening()
    {
        _listener?.Dispose();
        _listener = null;
        ResetConnections();
    }

    /// <summary>Resets the connections that are open.</summary>
    public void ResetConnections()
    {
        foreach (var connection in _connections.Values)
        {
            connection.Reset();
        }
    }

    /// <summary>What the service would say to a guest at this moment without faults; null for a missing key.</summary>
    public string? Document(Guest guest, string path) => new MetadataTree(guest, Style).Find(path);

    /// <summary>Stops the service.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        StopListening();
        await Task.WhenAll(_connections.Values.Select(c => c.Completed));
        _end.Dispose();
    }

    internal void Record(MetadataRequest request) => _requests.Enqueue(request);

    internal string? Answer(IPAddress source, string path) => GuestOf(source) is { } guest ? Document(guest, path) : null;

    private Guest? GuestOf(IPAddress source)
    {
        var guests = _vpc.Guests;
        return guests.FirstOrDefault(g => g.Enis.Any(e => e.AllowedSources.Contains(source))) ?? (guests.Count == 1 ? guests[0] : null);
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                var connection = new MetadataConnection(this, await listener.AcceptAsync(_end.Token), Interlocked.Increment(ref _lastConnection));
                _connections[connection.Number] = connection;
                _ = connection.ServeAsync(_end.Token).ContinueWith(
                    _ => _connections.TryRemove(connection.Number, out MetadataConnection? _), TaskScheduler.Default);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // StopListening and DisposeAsync end the loop this way.
        }
    }
}
