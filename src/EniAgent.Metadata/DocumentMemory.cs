using System.Diagnostics.CodeAnalysis;

namespace EniAgent.Metadata;

/// <summary>
/// What the service last said about each document, and when. Only answers are remembered, never failures. A document that can no longer be
/// relied on is stale: it is asked for before it is used again, and stays stale until it was, whatever fails in between.
/// </summary>
internal sealed class DocumentMemory(TimeProvider time)
{
    private static readonly TimeSpan Forever = TimeSpan.FromDays(365);

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();
    private int _read;
    private long _changes;

    /// <summary>
    /// How often what is relied on has changed: as long as it stays the same, so does everything that is made of the documents. That a document was asked for
    /// once more and is as it was is no change.
    /// </summary>
    public long Changes
    {
        get
        {
            lock (_lock)
            {
                return _changes;
            }
        }
    }

    /// <summary>The time since this memory began: ages are measured with it, so that a jump of the wall clock changes nothing.</summary>
    public TimeSpan Now => time.GetElapsedTime(_start);

    /// <summary>Starts a read.</summary>
    public void BeginRead()
    {
        lock (_lock)
        {
            _read++;
        }
    }

    /// <summary>The document as far as it may be relied on.</summary>
    public bool TryGet(string path, [NotNullWhen(true)] out Document? document)
    {
        lock (_lock)
        {
            document = null;
            if (_entries.TryGetValue(path, out var entry))
            {
                entry.UsedIn = _read;
                document = entry.IsStale ? null : entry.Document;
            }

            return document is not null;
        }
    }

    /// <summary>The document if this read has asked for it already.</summary>
    public bool TryGetFresh(string path, [NotNullWhen(true)] out Document? document) =>
        TryGet(path, out document) && WasAskedInThisRead(path);

    /// <summary>The document as it was before this read.</summary>
    public Document? Before(string path)
    {
        lock (_lock)
        {
            return !_entries.TryGetValue(path, out var entry) ? null : entry.AskedIn == _read ? entry.Previous : entry.Document;
        }
    }

    /// <summary>Remembers an answer and returns the one before it.</summary>
    public Document? Store(string path, Document document)
    {
        lock (_lock)
        {
            _entries.TryGetValue(path, out var previous);
            _changes += previous is { IsStale: false } && previous.Document == document ? 0 : 1;
            _entries[path] = new Entry(document)
            {
                Previous = previous?.Document,
                CheckedAt = Now,
                AskedIn = _read,
                UsedIn = _read,
            };
            return previous?.Document;
        }
    }

    /// <summary>Keeps the known answer as if it had been given again just now.</summary>
    public void Postpone(string path)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(path, out var entry))
            {
                entry.CheckedAt = Now;
            }
        }
    }

    /// <summary>Whether this read has asked for the document.</summary>
    public bool WasAskedInThisRead(string path)
    {
        lock (_lock)
        {
            return _entries.TryGetValue(path, out var entry) && entry.AskedIn == _read;
        }
    }

    /// <summary>Whether the document is known and must not be relied on.</summary>
    public bool IsStale(string path)
    {
        lock (_lock)
        {
            return _entries.TryGetValue(path, out var entry) && entry.IsStale;
        }
    }

    /// <summary>Makes documents stale, all but those that this read has just asked for; false when nothing was left to doubt.</summary>
    public bool Doubt(Func<string, Document, bool> which)
    {
        lock (_lock)
        {
            var doubted = _entries.Where(entry => !entry.Value.IsStale && entry.Value.AskedIn != _read && which(entry.Key, entry.Value.Document)).ToList();
            doubted.ForEach(static entry => entry.Value.IsStale = true);
            _changes += doubted.Count;
            return doubted.Count > 0;
        }
    }

    /// <summary>Makes everything below a folder (or one document) stale, so that the next read asks afresh.</summary>
    public void Distrust(string prefix)
    {
        lock (_lock)
        {
            foreach (var (path, entry) in _entries)
            {
                if (!entry.IsStale && path.StartsWith(prefix, StringComparison.Ordinal))
                {
                    entry.IsStale = true;
                    _changes++;
                }
            }
        }
    }

    /// <summary>Forgets every document that this read had no use for.</summary>
    public void ForgetUnused()
    {
        lock (_lock)
        {
            foreach (var (path, _) in _entries.Where(entry => entry.Value.UsedIn != _read).ToList())
            {
                _entries.Remove(path);
                _changes++;
            }
        }
    }

    /// <summary>The reliable documents and how long ago each was asked for.</summary>
    public IReadOnlyList<(string Path, Document Document, TimeSpan Age)> Reliable()
    {
        lock (_lock)
        {
            var now = Now;
            return [.. _entries.Where(static entry => !entry.Value.IsStale)
                .Select(entry => (entry.Key, entry.Value.Document, now - entry.Value.CheckedAt))];
        }
    }

    /// <summary>The reliable documents, with the wall clock's times.</summary>
    public Dictionary<string, CachedDocument> Export()
    {
        var now = time.GetUtcNow();
        return Reliable().OrderBy(static known => known.Path, StringComparer.Ordinal).ToDictionary(
            static known => known.Path,
            known => new CachedDocument((known.Document as Document.Present)?.Text, now - known.Age));
    }

    /// <summary>Takes over exported documents; a time in the future counts as now.</summary>
    public void Import(IReadOnlyDictionary<string, CachedDocument> documents)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            foreach (var (path, cached) in documents.Where(static document => DocumentPath.IsKnown(document.Key)))
            {
                var age = TimeSpan.FromTicks(Math.Clamp((now - cached.CheckedAt).Ticks, 0, Forever.Ticks));
                _entries[path] = new Entry(cached.Text is { } text ? new Document.Present(text) : Document.Absent.Instance)
                {
                    CheckedAt = Now - age,
                };
            }
        }
    }

    private sealed class Entry(Document document)
    {
        public Document Document { get; } = document;

        public Document? Previous { get; init; }

        public TimeSpan CheckedAt { get; set; }

        public bool IsStale { get; set; }

        public int AskedIn { get; init; }

        public int UsedIn { get; set; }
    }
}
