using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace EniAgent.Metadata;

/// <summary>
/// Fetches documents: a few at a time, and again after time-outs, broken connections, 429 and 5xx, with jittered exponential back-off. A
/// request keeps its place while it is retried, so that a service which has stopped answering is noticed after one document's attempts
/// and not after everybody's.
/// </summary>
internal sealed class DocumentFetcher : IDisposable
{
    /// <summary>How often a document is asked for again.</summary>
    public const int Retries = 2;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromSeconds(5);

    private readonly ITransport _transport;
    private readonly ResiliencePipeline<Answer> _pipeline;
    private readonly Places _places = new(HttpTransport.MaxConnections);
    private readonly Random _random;
    private readonly Lock _randomLock = new();

    public DocumentFetcher(ITransport transport, TimeProvider time, int seed, ILogger logger)
    {
        _transport = transport;
        _random = new Random(seed);
        _pipeline = new ResiliencePipelineBuilder<Answer> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<Answer>
            {
                ShouldHandle = static args => ValueTask.FromResult(args.Outcome.Result is { IsTransient: true }),
                MaxRetryAttempts = Retries,
                BackoffType = DelayBackoffType.Exponential,
                Delay = FirstDelay,
                UseJitter = true,
                Randomizer = NextDouble,
                DelayGenerator = static args => ValueTask.FromResult(Bounded(args.Outcome.Result?.RetryAfter)),
                OnRetry = args =>
                {
                    Log.Retrying(logger, ((Document.Failed)args.Outcome.Result!.Document).Message.English, args.RetryDelay);
                    return default;
                },
            })
            .Build();
    }

    /// <summary>How many requests were made, retries included.</summary>
    public long Requests => _transport.Requests;

    /// <inheritdoc cref="ITransport.BeginRead"/>
    public void BeginRead(System.Net.IPAddress? source, IReadOnlyList<System.Net.IPAddress> others) => _transport.BeginRead(source, others);

    /// <summary>Fetches one document.</summary>
    /// <param name="path">The document, relative to /latest/meta-data/.</param>
    /// <param name="retry">Whether to ask again when asking again may help.</param>
    /// <param name="cancellationToken">Gives up; the only thing that throws.</param>
    public async Task<Document> FetchAsync(string path, bool retry, CancellationToken cancellationToken)
    {
        await _places.TakeAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var answer = await _transport.AskAsync(path, cancellationToken).ConfigureAwait(false);
            return retry && answer.IsTransient ? await RetryAsync(path, answer, cancellationToken).ConfigureAwait(false) : answer.Document;
        }
        finally
        {
            _places.GiveBack();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();

    // The pipeline begins with what was answered already: for the many answers that are good at once it would cost more than they do.
    private async Task<Document> RetryAsync(string path, Answer first, CancellationToken cancellationToken)
    {
        Answer? given = first;
        var last = await _pipeline.ExecuteAsync(token => Interlocked.Exchange(ref given, null) is { } answer ? ValueTask.FromResult(answer) : _transport.AskAsync(path, token), cancellationToken)
            .ConfigureAwait(false);
        return last.Document;
    }

    private static TimeSpan? Bounded(TimeSpan? retryAfter) =>
        retryAfter is { } delay ? TimeSpan.FromTicks(Math.Clamp(delay.Ticks, 0, LongestRetryAfter.Ticks)) : null;

    private double NextDouble()
    {
        lock (_randomLock)
        {
            return _random.NextDouble();
        }
    }
}
