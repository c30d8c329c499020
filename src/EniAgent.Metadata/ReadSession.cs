using EniAgent.Core.Metadata;
using EniAgent.Core.Wording;
using Microsoft.Extensions.Logging;

namespace EniAgent.Metadata;

/// <summary>
/// One read of metadata: asks for each document at most once, remembers the answers, and ends as a whole at the first document that the
/// service fails to answer for.
/// </summary>
internal sealed class ReadSession : IDisposable
{
    private readonly DocumentFetcher _fetcher;
    private readonly DocumentMemory _memory;
    private readonly ILogger _logger;
    private readonly TimeSpan _limit;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _limited;
    private readonly CancellationTokenSource _end;
    private MetadataResult.Failure? _failure;

    public ReadSession(DocumentFetcher fetcher, DocumentMemory memory, ILogger logger, TimeSpan limit, TimeProvider time, CancellationToken caller)
    {
        (_fetcher, _memory, _logger, _limit, _caller) = (fetcher, memory, logger, limit, caller);
        _limited = new CancellationTokenSource(limit, time);
        _end = CancellationTokenSource.CreateLinkedTokenSource(caller, _limited.Token);
    }

    /// <summary>Why the read has failed as a whole; null while it has not.</summary>
    public MetadataResult.Failure? Failure => _failure;

    /// <summary>True when another read may come to something else though every document is as it was: not all that there is to ask has been asked.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Has the next read go on from here.</summary>
    public void LeaveOpen() => IsOpen = true;

    /// <summary>The document as remembered, or asked for where it is not known or not to be relied on.</summary>
    public Task<Document> GetAsync(string path) => _memory.TryGet(path, out var known) ? Task.FromResult(known) : FetchAsync(path);

    /// <summary>The document as the service says it is now.</summary>
    public async Task<Document> FetchAsync(string path)
    {
        if (_memory.TryGetFresh(path, out var fresh))
        {
            return fresh;
        }

        try
        {
            var document = await _fetcher.FetchAsync(path, retry: true, _end.Token).ConfigureAwait(false);
            if (document is Document.Failed { Kind: MetadataFailureKind.Unreachable or MetadataFailureKind.ServerError } failed)
            {
                Fail(failed.Kind, failed.Message);
            }

            Remember(path, document);
            return document;
        }
        catch (OperationCanceledException) when (!_caller.IsCancellationRequested)
        {
            var failure = Fail(MetadataFailureKind.Unreachable, AnswerWords.NoTimeLeft(path, _limit));
            return new Document.Failed(failure.Kind, failure.Message);
        }
    }

    /// <summary>Asks, once, for a document that is known already (or not needed yet); what is known stays when no answer comes.</summary>
    public async Task RefreshAsync(string path)
    {
        try
        {
            var document = await _fetcher.FetchAsync(path, retry: false, _end.Token).ConfigureAwait(false);
            if (document is Document.Failed failed)
            {
                Log.BackgroundFailed(_logger, failed.Message.English);
                _memory.Postpone(path);
            }

            Remember(path, document);
        }
        catch (OperationCanceledException) when (!_caller.IsCancellationRequested)
        {
            // The read as a whole has failed, and says so.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.Dispose();
        _limited.Dispose();
    }

    private MetadataResult.Failure Fail(MetadataFailureKind kind, Sentence message)
    {
        var failure = new MetadataResult.Failure(kind, message);
        var first = Interlocked.CompareExchange(ref _failure, failure, null) ?? failure;
        _end.Cancel();
        return first;
    }

    private void Remember(string path, Document document)
    {
        if (document is Document.Failed || _memory.Store(path, document) is not { } before || before == document)
        {
            return;
        }

        if (ChangeRules.Doubted(path, document) is { } doubted)
        {
            _memory.Doubt(doubted);
        }
    }
}
