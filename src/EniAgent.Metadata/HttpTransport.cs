using System.Net;
using System.Net.Sockets;
using System.Text;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using Microsoft.Extensions.Logging;

namespace EniAgent.Metadata;

/// <summary>One answer to one request.</summary>
/// <param name="Document">What it says.</param>
/// <param name="IsTransient">Whether asking again may help.</param>
/// <param name="RetryAfter">How long the service asks to wait before that.</param>
internal sealed record Answer(Document Document, bool IsTransient = false, TimeSpan? RetryAfter = null);

/// <summary>
/// Plain HTTP/1.1 over a few kept-alive connections, from the primary ENI's primary address where that is known: no proxy, no redirects,
/// no cookies, no compression, bounded bodies and strict UTF-8. One request, one answer: retrying is somebody else's.
/// </summary>
internal sealed class HttpTransport : IDisposable
{
    /// <summary>How many requests may be under way at once.</summary>
    public const int MaxConnections = 4;

    /// <summary>How long a body may be, in bytes.</summary>
    public const int MaxBody = 64 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly MetadataOptions _options;
    private readonly TimeProvider _time;
    private readonly Connector _connector;
    private readonly List<HttpMessageInvoker> _retired = [];
    private readonly Lock _lock = new();
    private HttpMessageInvoker _connections;
    private long _requests;

    public HttpTransport(MetadataOptions options, TimeProvider time, ILogger logger)
    {
        (_options, _time) = (options, time);
        _connector = new Connector(options, time, logger);
        _connections = CreateConnections();
    }

    /// <summary>How many requests were made.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>
    /// Starts a read: a changed source address applies from here on, and one that could not be used in the last read is tried again, on new
    /// connections. No request may be under way.
    /// </summary>
    public void BeginRead(IPAddress? source)
    {
        if (_connector.UseSource(source))
        {
            Retire(_connections);
        }

        _retired.ForEach(static connections => connections.Dispose());
        _retired.Clear();
    }

    /// <summary>Asks once.</summary>
    /// <param name="path">The document, relative to /latest/meta-data/.</param>
    /// <param name="cancellationToken">Gives up; the only thing that throws.</param>
    public async ValueTask<Answer> AskAsync(string path, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        using var timeout = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://{_options.Endpoint}/latest/meta-data/{path}"))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        var connections = _connections;
        try
        {
            using var response = await connections.SendAsync(request, either.Token).ConfigureAwait(false);
            return response.StatusCode == HttpStatusCode.OK
                ? await ReadBodyAsync(path, response, either.Token).ConfigureAwait(false)
                : Judge(path, response);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The other kept-alive connections lead the same way; if that way is gone, only new ones can show it.
            Retire(connections);
            return Unanswered(MetadataFailureKind.Unreachable, $"{path}: no answer within {_options.Timeout.TotalSeconds:0.###} s");
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded)
        {
            return new Answer(new Document.Failed(MetadataFailureKind.Malformed, $"{path}: the answer is not HTTP"));
        }
        catch (HttpRequestException e)
        {
            return Unanswered(MetadataFailureKind.Unreachable, $"{path}: {Reason(e)}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _retired.ForEach(static connections => connections.Dispose());
        _connections.Dispose();
    }

    private static Answer Unanswered(MetadataFailureKind kind, string message) =>
        new(new Document.Failed(kind, message), IsTransient: true);

    private static string Reason(Exception e) =>
        e.GetBaseException() is SocketException socket ? $"no connection ({socket.SocketErrorCode})" : "the connection ended without an answer";

    private Answer Judge(string path, HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        var message = $"{path} answered {status}";
        return status switch
        {
            404 => new Answer(Document.Absent.Instance),
            429 or >= 500 => Unanswered(MetadataFailureKind.ServerError, message) with { RetryAfter = RetryAfter(response) },
            >= 400 => new Answer(new Document.Failed(MetadataFailureKind.Denied, message)),
            _ => new Answer(new Document.Failed(MetadataFailureKind.Malformed, message)),
        };
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.Headers.RetryAfter is { } header ? header.Delta ?? header.Date - _time.GetUtcNow() : null;

    private static async Task<Answer> ReadBodyAsync(string path, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        var length = 0;
        try
        {
            var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                while (await body.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false) is > 0 and var read)
                {
                    length += read;
                    if (length > MaxBody)
                    {
                        return Malformed($"{path} is longer than {MaxBody / 1024} KiB");
                    }

                    if (length == buffer.Length)
                    {
                        Array.Resize(ref buffer, Math.Min(2 * length, MaxBody + 1));
                    }
                }
            }

            var text = StrictUtf8.GetString(buffer, 0, length).Trim();
            return text.StartsWith('<')
                ? Malformed($"{path} is HTML or XML: {DocumentText.Quote(text)}")
                : new Answer(new Document.Present(text));
        }
        catch (DecoderFallbackException)
        {
            return Malformed($"{path} is not UTF-8");
        }
        catch (IOException)
        {
            return Unanswered(MetadataFailureKind.Malformed, $"{path}: the answer ended half-written");
        }

        static Answer Malformed(string message) => new(new Document.Failed(MetadataFailureKind.Malformed, message));
    }

    private void Retire(HttpMessageInvoker connections)
    {
        lock (_lock)
        {
            // Disposed of only between reads: other requests may be about to use them.
            if (ReferenceEquals(connections, _connections))
            {
                _retired.Add(connections);
                _connections = CreateConnections();
            }
        }
    }

    private HttpMessageInvoker CreateConnections() => new(new SocketsHttpHandler
    {
        ConnectCallback = (_, cancellationToken) => _connector.ConnectAsync(cancellationToken),
        ConnectTimeout = _options.Timeout,
        MaxConnectionsPerServer = MaxConnections,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
        PooledConnectionLifetime = TimeSpan.FromMinutes(15),
        MaxResponseDrainSize = MaxBody,
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
    });
}
