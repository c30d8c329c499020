using System.Net;

namespace EniAgent.Metadata;

/// <summary>The way to the service: one request, one answer.</summary>
internal interface ITransport : IDisposable
{
    /// <summary>How many requests were made.</summary>
    long Requests { get; }

    /// <summary>
    /// Starts a read: a changed source address applies from here on, and one that could not be used in the last read is tried again, on new
    /// connections. No request may be under way.
    /// </summary>
    void BeginRead(IPAddress? source, IReadOnlyList<IPAddress> others);

    /// <summary>Asks once.</summary>
    /// <param name="path">The document, relative to /latest/meta-data/.</param>
    /// <param name="cancellationToken">Gives up; the only thing that throws.</param>
    ValueTask<Answer> AskAsync(string path, CancellationToken cancellationToken);
}
