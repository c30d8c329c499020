using System.Net;
using System.Text;
using EniAgent.Fuzz.Tests.Harness;
using EniAgent.Metadata;

namespace EniAgent.Fuzz.Tests.Targets.Metadata;

/// <summary>A metadata service whose documents are the parts of a bundle: text, or where it begins with "HTTP/" a whole response. What is not there is answered with 404.</summary>
internal sealed class BundleTransport : ITransport
{
    private readonly Dictionary<string, byte[]> _documents = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public long Requests { get; private set; }

    /// <summary>Replaces all documents.</summary>
    public void Serve(IEnumerable<(string Name, byte[] Content)> documents)
    {
        _documents.Clear();
        foreach (var (name, content) in documents)
        {
            _documents[name] = content;
        }
    }

    /// <inheritdoc/>
    public void BeginRead(IPAddress? source, IReadOnlyList<IPAddress> others)
    {
    }

    /// <inheritdoc/>
    public ValueTask<Answer> AskAsync(string path, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Assert.False(path.AsSpan().ContainsAnyExceptInRange('!', '~'), path);
        Requests++;
        var response = new ResponseReader();
        response.Feed(ResponseFor(path));
        response.End(isOrderly: true);
        return ValueTask.FromResult(HttpTransport.Judge(path, response, DateTimeOffset.UnixEpoch));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private byte[] ResponseFor(string path) => !_documents.TryGetValue(path, out var content) ? "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"u8.ToArray()
        : content.AsSpan().StartsWith("HTTP/"u8) ? content
        : [.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {content.Length}\r\n\r\n"), .. content];
}
