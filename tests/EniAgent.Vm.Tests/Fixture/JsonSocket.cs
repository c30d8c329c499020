using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EniAgent.Vm.Tests.Fixture;

/// <summary>A conversation over a Unix socket in lines of JSON, one command and its answer at a time: QEMU's monitor (QMP) and its guest agent.</summary>
internal sealed class JsonSocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly SemaphoreSlim _turn = new(1);
    private readonly List<JsonNode> _events = [];
    private StreamReader? _reader;

    /// <summary>Connects.</summary>
    public async Task ConnectAsync(string path)
    {
        await _socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        _reader = new StreamReader(new NetworkStream(_socket), Encoding.UTF8);
    }

    /// <summary>Reads a line that comes unasked.</summary>
    public async Task<JsonNode> ReadAsync(TimeSpan patience)
    {
        using var deadline = new CancellationTokenSource(patience);
        return JsonNode.Parse(await _reader!.ReadLineAsync(deadline.Token) ?? throw new IOException("the other side has ended"))!;
    }

    /// <summary>Runs a command.</summary>
    /// <returns>What it returned.</returns>
    public async Task<JsonNode?> RunAsync(string command, object? arguments = null, TimeSpan? patience = null)
    {
        await _turn.WaitAsync();
        try
        {
            var request = new JsonObject { ["execute"] = command };
            if (arguments is not null)
            {
                request["arguments"] = JsonSerializer.SerializeToNode(arguments);
            }

            await _socket.SendAsync(Encoding.UTF8.GetBytes(request.ToJsonString() + "\n"));
            while (true)
            {
                var answer = await ReadAsync(patience ?? TimeSpan.FromSeconds(30));
                if (answer["event"] is not null)
                {
                    _events.Add(answer);
                }
                else
                {
                    return answer["error"] is { } error ? throw new InvalidOperationException($"{command}: {error.ToJsonString()}") : answer["return"];
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Makes sure that the next answer is the next command's (guest-sync): what was asked over an earlier connection may still be answered.</summary>
    public async Task SynchronizeAsync(TimeSpan patience)
    {
        var id = Random.Shared.Next();
        await _socket.SendAsync(Encoding.UTF8.GetBytes($"{{\"execute\":\"guest-sync\",\"arguments\":{{\"id\":{id}}}}}\n"));
        while (!((await ReadAsync(patience))["return"] is JsonValue value && value.TryGetValue<int>(out var answered) && answered == id))
        {
        }
    }

    /// <summary>Waits until an event has come for a device.</summary>
    public async Task EventAsync(string name, string device)
    {
        await _turn.WaitAsync();
        try
        {
            while (!_events.Any(e => (string?)e["event"] == name && (string?)e["data"]?["device"] == device))
            {
                _events.Add(await ReadAsync(TimeSpan.FromSeconds(30)));
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _reader?.Dispose();
        _turn.Dispose();
    }
}
