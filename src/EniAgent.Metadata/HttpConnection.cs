using System.Net.Sockets;
using EniAgent.IO;

namespace EniAgent.Metadata;

/// <summary>One connection to the service; it carries one request at a time.</summary>
internal sealed class HttpConnection(TcpStream stream) : IDisposable
{
    // An answer is a few hundred bytes; a longer one takes more reads.
    private readonly byte[] _buffer = new byte[4096];

    /// <summary>
    /// Whether nothing has come since the last response: the end of the connection, or bytes that nobody asked for and that must not become
    /// the answer to the next request.
    /// </summary>
    public bool IsQuiet => stream.IsQuiet;

    /// <summary>Whether another request may follow.</summary>
    public bool IsReusable { get; private set; }

    /// <summary>Sends a request and reads the response as far as there is one. Cancelling is the only thing that throws.</summary>
    public async ValueTask<ResponseReader> AskAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        IsReusable = false;
        var response = new ResponseReader();
        try
        {
            await stream.SendAsync(request, cancellationToken).ConfigureAwait(false);
            while (response.State == ResponseState.Reading)
            {
                var read = await stream.ReceiveAsync(_buffer, cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    response.End(isOrderly: true);
                    break;
                }

                var taken = response.Feed(_buffer.AsSpan(0, read));
                IsReusable = response is { State: ResponseState.Complete, Head.KeepsAlive: true } && taken == read;
            }
        }
        catch (SocketException)
        {
            response.End(isOrderly: false);
        }

        return response;
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
