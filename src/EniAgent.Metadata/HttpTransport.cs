using System.Net;
using System.Net.Sockets;
using System.Text;
using EniAgent.Core.Metadata;
using EniAgent.Core.Wording;
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
internal sealed class HttpTransport : ITransport
{
    /// <summary>How many requests may be under way at once, each on a connection of its own; who asks sees to it.</summary>
    public const int MaxConnections = 4;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly MetadataOptions _options;
    private readonly TimeProvider _time;
    private readonly Connector _connector;
    private readonly RequestLatency _latency;
    private readonly string _host;
    private ConnectionPool _connections;
    private long _requests;

    public HttpTransport(MetadataOptions options, TimeProvider time, ILogger logger, RequestLatency? latency = null)
    {
        (_options, _time, _latency) = (options, time, latency ?? new RequestLatency());
        _connector = new Connector(options, time, logger);
        _connections = new ConnectionPool(_connector, time);
        var endpoint = options.Endpoint.ToString();
        _host = options.Endpoint.Port == 80 ? endpoint[..endpoint.LastIndexOf(':')] : endpoint;
    }

    /// <inheritdoc/>
    public long Requests => Interlocked.Read(ref _requests);

    /// <inheritdoc/>
    public void BeginRead(IPAddress? source, IReadOnlyList<IPAddress> others)
    {
        if (_connector.UseSource(source, others))
        {
            Retire(_connections);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Answer> AskAsync(string path, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        var begun = _time.GetTimestamp();
        using var timeout = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var connections = _connections;
        try
        {
            return Judge(path, await connections.AskAsync(Request(path), either.Token).ConfigureAwait(false), _time.GetUtcNow());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The other kept-alive connections lead the same way; if that way is gone, only new ones can show it.
            Retire(connections);
            return Unanswered(MetadataFailureKind.Unreachable, AnswerWords.NoAnswer(path, _options.Timeout));
        }
        catch (SocketException e)
        {
            return Unanswered(MetadataFailureKind.Unreachable, AnswerWords.NoConnection(path, e.SocketErrorCode));
        }
        finally
        {
            _latency.Add(_time.GetElapsedTime(begun));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connections.Dispose();

    /// <summary>What the service has said, once its answer has come to an end.</summary>
    /// <param name="path">The document.</param>
    /// <param name="response">The answer.</param>
    /// <param name="now">The time, which Retry-After may name.</param>
    public static Answer Judge(string path, ResponseReader response, DateTimeOffset now) => response switch
    {
        { State: ResponseState.NotHttp } => Malformed(AnswerWords.NotHttp(path)),
        { State: ResponseState.Nothing } => Unanswered(MetadataFailureKind.Unreachable, AnswerWords.Nothing(path)),
        { State: ResponseState.HalfWritten } => Unanswered(MetadataFailureKind.Malformed, AnswerWords.HalfWritten(path)),
        { Head: { Status: not 200 } head } => JudgeStatus(path, head, now),
        { State: ResponseState.TooLong } => Malformed(AnswerWords.TooLong(path)),
        { Head.IsEncoded: true } => Malformed(AnswerWords.Encoded(path)),
        _ => ReadText(path, response.Body),
    };

    private byte[] Request(string path)
    {
        // Paths are put together from texts that were checked; what could end the request line would be a bug.
        return path.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? throw new ArgumentException($"not a path: {DocumentText.Quote(path)}", nameof(path))
            : Encoding.ASCII.GetBytes($"GET /latest/meta-data/{path} HTTP/1.1\r\nHost: {_host}\r\n\r\n");
    }

    private static Answer JudgeStatus(string path, ResponseHead head, DateTimeOffset now)
    {
        var message = AnswerWords.Status(path, head.Status);
        return head.Status switch
        {
            404 => new Answer(Document.Absent.Instance),
            429 or >= 500 => Unanswered(MetadataFailureKind.ServerError, message) with { RetryAfter = RetryAfter.Parse(head.RetryAfter, now) },
            >= 400 => new Answer(new Document.Failed(MetadataFailureKind.Denied, message)),
            _ => Malformed(message),
        };
    }

    private static Answer ReadText(string path, ReadOnlySpan<byte> body)
    {
        try
        {
            var text = StrictUtf8.GetString(body).Trim();
            return text.StartsWith('<')
                ? Malformed(AnswerWords.Markup(path, text))
                : new Answer(new Document.Present(text));
        }
        catch (DecoderFallbackException)
        {
            return Malformed(AnswerWords.NotUtf8(path));
        }
    }

    private static Answer Malformed(Sentence message) => new(new Document.Failed(MetadataFailureKind.Malformed, message));

    private static Answer Unanswered(MetadataFailureKind kind, Sentence message) =>
        new(new Document.Failed(kind, message), IsTransient: true);

    /// <summary>No request uses these connections any more, but for those that are under way.</summary>
    private void Retire(ConnectionPool connections)
    {
        connections.Dispose();
        Interlocked.CompareExchange(ref _connections, new ConnectionPool(_connector, _time), connections);
    }
}
