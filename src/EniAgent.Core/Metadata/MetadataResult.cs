using EniAgent.Core.Wording;

namespace EniAgent.Core.Metadata;

/// <summary>The outcome of reading metadata: a snapshot or a failure, never something in between.</summary>
public abstract record MetadataResult
{
    private MetadataResult()
    {
    }

    /// <summary>A complete, validated snapshot.</summary>
    /// <param name="Value">The snapshot.</param>
    public sealed record Snapshot(MetadataSnapshot Value) : MetadataResult;

    /// <summary>No snapshot: nothing may be concluded about what is attached.</summary>
    /// <param name="Kind">What kind of failure.</param>
    /// <param name="Message">What happened, naming the document and the answer.</param>
    public sealed record Failure(MetadataFailureKind Kind, Sentence Message) : MetadataResult;
}

/// <summary>Why there is no snapshot.</summary>
public enum MetadataFailureKind
{
    /// <summary>No answer: refused, unreachable, timed out, reset.</summary>
    Unreachable,

    /// <summary>The service answered with an error status (429, 5xx) even after retries.</summary>
    ServerError,

    /// <summary>The service denies a document that every instance has (404 and other 4xx).</summary>
    Denied,

    /// <summary>An answer that is not what the document must be: HTML, too long, not UTF-8, half-written, not an address.</summary>
    Malformed,

    /// <summary>Well-formed but not to be trusted: no ENIs, or the primary ENI is not among them.</summary>
    Untrusted,
}
