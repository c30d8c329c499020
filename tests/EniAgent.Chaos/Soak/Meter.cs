using System.Diagnostics;

namespace EniAgent.Chaos.Soak;

/// <summary>Looks what the agent holds and has used, and reckons what it may.</summary>
internal sealed class Meter(World world, Pace pace)
{
    // One that is under way, and one that was due.
    private const int PollsInHand = 2;

    private readonly List<Sample> _samples = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly ProcessUse _use = world.Agent.Use();
    private readonly int _lines = world.Agent.Lines.Count;
    private readonly int _requests = world.Vpc.Metadata.RequestCount;
    private TimeSpan _before = -PollsInHand * pace.Poll;
    private int _enis = world.Guest.Enis.Count;

    // What is read again on average may all come at once.
    private Sample _allowed = new() { Minutes = 0, DocumentsAllowed = 1 + world.Guest.Enis.Count, RequestsAllowed = 1 + world.Guest.Enis.Count };

    /// <summary>Every sample so far.</summary>
    public IReadOnlyList<Sample> Samples => _samples;

    /// <summary>Something is about to happen.</summary>
    public void Expect(Price price) => _allowed = _allowed with
    {
        Changes = _allowed.Changes + 1,
        LinesAllowed = _allowed.LinesAllowed + price.Lines,
        DocumentsAllowed = _allowed.DocumentsAllowed + price.Documents + (price.Reads * Rereads),
        RequestsAllowed = _allowed.RequestsAllowed + price.Documents + (price.Reads * (1 + Most + Rereads)),
    };

    /// <summary>Takes a sample.</summary>
    public Task TakeAsync()
    {
        var (now, enis) = (_clock.Elapsed, world.Guest.Enis.Count);
        var polls = (now - _before) / pace.Poll;
        _enis = Math.Max(_enis, enis);
        _allowed = _allowed with
        {
            DocumentsAllowed = _allowed.DocumentsAllowed + (polls * Rereads),
            RequestsAllowed = _allowed.RequestsAllowed + (polls * (1 + _enis + Rereads)),
        };
        (_before, _enis) = (now, enis);
        var (use, requests) = (world.Agent.Use(), world.Vpc.Metadata.Requests.Skip(_requests).ToList());
        _samples.Add(_allowed with
        {
            Minutes = now.TotalMinutes,
            PrivateDirty = use.PrivateDirty / 1000d,
            Pss = use.Pss / 1000d,
            Descriptors = use.Descriptors,
            Threads = use.Threads,
            Lines = world.Agent.Lines.Count - _lines,
            Requests = requests.Count,
            Documents = requests.Count(request => !IsList(request.Path)),
            Processor = (use.Processor - _use.Processor).TotalSeconds,
            Enis = enis,
        });
        return Task.CompletedTask;
    }

    // An ENI that is on its way in or out may be listed already, or still.
    private int Most => _enis + 1;

    // Documents that a poll asks for again though nothing hints at a change: EIPs often enough to be seen within a minute, a fifth of a request for each ENI, and up to
    // a tenth for the rest: half a request with two ENIs. In polls of 10 s, so that faster ones have less to read again.
    private double Rereads => (0.1 + (0.2 * _enis)) * Math.Min(1, pace.Poll / TimeSpan.FromSeconds(10));

    private static bool IsList(string path) => path.EndsWith("/macs/", StringComparison.Ordinal) || path.EndsWith("/local-ipv4s/", StringComparison.Ordinal);
}
