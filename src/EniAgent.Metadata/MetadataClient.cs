using System.Collections.Immutable;
using System.Net;
using EniAgent.Core.Addressing;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using Microsoft.Extensions.Logging;

namespace EniAgent.Metadata;

/// <summary>
/// The instance metadata service over HTTP. A read asks for the list of ENIs and each ENI's list of addresses, and for other documents only
/// where they are new, in doubt, or due for a look in the background; what comes out is complete and validated, or a failure.
/// </summary>
public sealed class MetadataClient : IMetadataSource, IDisposable
{
    /// <summary>
    /// The time that one read may take, in request time-outs: enough for eight new ENIs and a service that takes nearly the whole
    /// time-out for every answer, since a service that does not answer at all ends the read much earlier.
    /// </summary>
    private const int LimitInTimeouts = 30;

    private readonly MetadataOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly DocumentFetcher _fetcher;
    private readonly DocumentMemory _memory;
    private readonly BackgroundSchedule _schedule = new();
    private readonly SemaphoreSlim _reading = new(1);
    private readonly RequestLatency? _latency;
    private long _failures;
    private long _probes;
    private volatile bool _isInDoubt;
    private FormerRead? _former;

    /// <summary>Creates a client; it does nothing until the first read.</summary>
    /// <param name="options">Where the service is.</param>
    /// <param name="time">The clock.</param>
    /// <param name="seed">The seed of the jitter between retries.</param>
    /// <param name="logger">For details.</param>
    /// <param name="cache">What an earlier process of this boot knew; ignored when it is from another endpoint.</param>
    /// <param name="latency">Where the time that requests take is counted; null for nobody's interest.</param>
    public MetadataClient(MetadataOptions options, TimeProvider time, int seed, ILogger logger, MetadataCache? cache = null, RequestLatency? latency = null)
        : this(new HttpTransport(options, time, logger, latency), options, time, seed, logger, cache) => _latency = latency;

    internal MetadataClient(ITransport transport, MetadataOptions options, TimeProvider time, int seed, ILogger logger, MetadataCache? cache)
    {
        (_options, _time, _logger) = (options, time, logger);
        _fetcher = new DocumentFetcher(transport, time, seed, logger);
        _memory = new DocumentMemory(time);
        if (cache is not null && cache.Endpoint == options.Endpoint.ToString())
        {
            _memory.Import(cache.Documents);
        }
        else if (cache is not null)
        {
            Log.CacheOfAnotherEndpoint(logger, cache.Endpoint, options.Endpoint);
        }
    }

    /// <summary>
    /// The source address of requests: the primary ENI's primary address, or null while that is not known. It applies from the next read
    /// on; while the service cannot be reached from it, requests go without.
    /// </summary>
    public IPAddress? SourceAddress { get; set; }

    /// <summary>Other addresses of the machine, from which reads (and no probes) are tried by turns when the service cannot be reached either way.</summary>
    public IReadOnlyList<IPAddress> OtherSources { get; set; } = [];

    /// <inheritdoc/>
    public MetadataCounters Counters => new(_fetcher.Requests + Interlocked.Read(ref _probes), Interlocked.Read(ref _failures));

    /// <summary>What the client knows, for the next process of this boot.</summary>
    public MetadataCache Export() => new(MetadataCache.CurrentVersion, _options.Endpoint.ToString(), _memory.Export());

    /// <inheritdoc/>
    public void Doubt() => _isInDoubt = true;

    /// <inheritdoc/>
    public async Task<MetadataResult> ReadAsync(MetadataRequest request, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var session = new ReadSession(_fetcher, _memory, _logger, LimitInTimeouts * _options.Timeout, _time, cancellationToken);
            _fetcher.BeginRead(SourceAddress, OtherSources);
            _memory.BeginRead();
            if (_isInDoubt)
            {
                _isInDoubt = false;
                _memory.Doubt(static (path, _) => IsOfConsequence(path));
            }

            var result = await ReadAsync(session, request).ConfigureAwait(false);
            if (result is MetadataResult.Failure failure)
            {
                Interlocked.Increment(ref _failures);
                Log.ReadFailed(_logger, failure.Kind, failure.Message.English);
            }

            return result;
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<bool> ProbeAsync(CancellationToken cancellationToken)
    {
        using var transport = new HttpTransport(_options, _time, _logger, _latency);
        transport.BeginRead(SourceAddress, []);
        var answer = await transport.AskAsync(DocumentPath.InstanceId, cancellationToken).ConfigureAwait(false);
        Interlocked.Increment(ref _probes);
        return answer.Document is Document.Present;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _fetcher.Dispose();
        _reading.Dispose();
    }

    private async Task<MetadataResult> ReadAsync(ReadSession session, MetadataRequest request)
    {
        var former = _former?.MadeOf == _memory.Changes ? _former : null;
        var before = former is null ? AddressesByEni() : null;

        // The listing comes first and alone (but for what cannot fail the read): when the service is away, that is said of one and the
        // same document each time.
        var listing = session.FetchAsync(DocumentPath.Enis);
        await Task.WhenAll([listing, .. DueInBackground(request, former).Select(session.RefreshAsync)]).ConfigureAwait(false);
        if (former is not null && IsAsItWas(former, await listing.ConfigureAwait(false))
            && IsAsItWas(former, await Task.WhenAll(former.Lists.Select(session.FetchAsync)).ConfigureAwait(false)))
        {
            return former.Result;
        }

        var (macs, problem) = DocumentText.Macs.Read(DocumentPath.Enis, await listing.ConfigureAwait(false));
        if (problem is not null)
        {
            return session.Failure ?? new MetadataResult.Failure(IsEmpty(problem) ? MetadataFailureKind.Untrusted : problem.Kind, problem.Message);
        }

        var instanceId = ReadOwnAsync(session, DocumentPath.InstanceId, DocumentText.Id);
        var primaryMac = ReadOwnAsync(session, DocumentPath.PrimaryMac, DocumentText.Mac);
        var readings = Task.WhenAll(macs.Select(eni =>
            new EniReader(session, _memory, eni.Mac, new EniPaths(eni.Name, AddressListNames.IPv4)).ReadAsync()));
        await Task.WhenAll(instanceId, primaryMac, readings).ConfigureAwait(false);
        if (session.Failure is { } failure)
        {
            return failure;
        }

        var id = await instanceId.ConfigureAwait(false);
        var mac = await primaryMac.ConfigureAwait(false);
        if ((id.Problem ?? mac.Problem) is { } wrong)
        {
            return new MetadataResult.Failure(wrong.Kind, wrong.Message);
        }

        if (macs.All(eni => eni.Mac != mac.Value))
        {
            _memory.Distrust(DocumentPath.PrimaryMac);
            return new MetadataResult.Failure(MetadataFailureKind.Untrusted, AnswerWords.PrimaryNotListed(mac.Value));
        }

        var snapshot = Assemble(id.Value, mac.Value, macs, await readings.ConfigureAwait(false), before ?? AddressesOf(former!.Result.Value));
        _memory.ForgetUnused();
        return Remember(session, macs, snapshot);
    }

    /// <summary>
    /// Whether these answers, and all else that this read has heard, are as they were when a former one came to its result: the listing and all lists of addresses
    /// are what a read asks for, so that it then comes to the same.
    /// </summary>
    private bool IsAsItWas(FormerRead former, params Document[] answers) =>
        _memory.Changes == former.MadeOf && Array.TrueForAll(answers, static answer => answer is not Document.Failed);

    // A snapshot that says what the one before it said is that one, so that whoever has followed it knows by a glance that nothing is new.
    private MetadataResult.Snapshot Remember(ReadSession session, IReadOnlyList<(string Name, MacAddress Mac)> macs, MetadataSnapshot snapshot)
    {
        var result = snapshot.Equals(_former?.Result.Value) ? _former.Result : new MetadataResult.Snapshot(snapshot);
        _former = new FormerRead(
            result,
            [.. macs.Select(static eni => new EniPaths(eni.Name, AddressListNames.IPv4).AddressList)],
            session.IsOpen || snapshot.Faults.Length > 0 ? null : _memory.Changes);
        return result;
    }

    // Lists are asked for by every read, and what stood in them before is wanted to tell whose an address was; nothing is made of the VPC's id.
    private static bool IsOfConsequence(string path) => !path.EndsWith('/') && !path.EndsWith("/vpc-id", StringComparison.Ordinal);

    private static bool IsEmpty(Problem problem) => problem is { Kind: MetadataFailureKind.Malformed, IsPending: true };

    /// <summary>One of the instance's own documents: as remembered if that makes sense, else as it is now.</summary>
    private async Task<Reading<T>> ReadOwnAsync<T>(ReadSession session, string path, DocumentKind<T> kind)
    {
        return _memory.TryGet(path, out var known) && kind.Read(path, known) is { Problem: null } reading
            ? reading
            : kind.Read(path, await session.FetchAsync(path).ConfigureAwait(false));
    }

    private MetadataSnapshot Assemble(
        string instanceId, MacAddress primaryMac, IReadOnlyList<(string Name, MacAddress Mac)> macs, EniReading[] readings,
        Dictionary<MacAddress, IReadOnlyList<IpAddress>> before)
    {
        var usable = readings.OfType<EniReading.Usable>().Select(static reading => reading.Eni).ToList();
        var losers = AddressClaims.Losers(usable, primaryMac, (mac, address) => before.TryGetValue(mac, out var had) && had.Contains(address));
        var names = macs.ToDictionary(static eni => eni.Mac, static eni => new EniPaths(eni.Name, AddressListNames.IPv4));
        foreach (var loser in losers)
        {
            _memory.Distrust(names[loser.Mac].Folder);
        }

        // An ENI belongs to its instance's VPC, so one ENI is asked.
        var vpcId = _memory.TryGet(names[primaryMac].VpcId, out var document)
            && DocumentText.Id.Read(names[primaryMac].VpcId, document) is { Problem: null, Value: var known } ? known : "";
        var faults = readings.OfType<EniReading.Faulty>().Select(static reading => reading.Fault).Concat(losers).ToDictionary(static fault => fault.Mac);
        return new MetadataSnapshot
        {
            InstanceId = instanceId,
            PrimaryMac = primaryMac,
            Enis = [.. usable.Where(eni => !faults.ContainsKey(eni.Mac)).OrderByDescending(eni => eni.Mac == primaryMac)
                .Select(eni => eni with { IsPrimary = eni.Mac == primaryMac, VpcId = vpcId })],
            Faults = [.. macs.Where(eni => faults.ContainsKey(eni.Mac)).Select(eni => faults[eni.Mac])],
        };
    }

    /// <summary>The addresses of each ENI that was good when it was last read.</summary>
    private Dictionary<MacAddress, IReadOnlyList<IpAddress>> AddressesByEni()
    {
        var lists = new Dictionary<MacAddress, IReadOnlyList<IpAddress>>();
        foreach (var (path, document, _) in _memory.Reliable())
        {
            if (path.EndsWith($"/{AddressListNames.IPv4.List}/", StringComparison.Ordinal) && DocumentPath.EniMac(path) is { } mac)
            {
                lists[mac] = DocumentText.Addresses(AddressFamily.IPv4).Read(path, document).Value ?? [];
            }
        }

        return lists;
    }

    private static Dictionary<MacAddress, IReadOnlyList<IpAddress>> AddressesOf(MetadataSnapshot snapshot) => snapshot.Enis.ToDictionary(
        static eni => eni.Mac, static IReadOnlyList<IpAddress> (eni) => [.. eni.Addresses.Select(static address => address.Address)]);

    private IReadOnlyList<string> DueInBackground(MetadataRequest request, FormerRead? former)
    {
        if (!request.Background)
        {
            return [];
        }

        var known = _memory.Reliable();
        return _schedule.Next(_memory.Now, [.. known.Select(static document => (document.Path, document.Age))], MissingVpcId());

        string? MissingVpcId()
        {
            if (former is { Result.Value.Primary.VpcId.Length: > 0 })
            {
                return null;
            }

            var primary = known.FirstOrDefault(static document => document.Path == DocumentPath.PrimaryMac).Document as Document.Present;
            var folder = known.Select(static document => DocumentPath.EniFolder(document.Path))
                .FirstOrDefault(folder => folder is not null && MacAddress.TryParse(primary?.Text, out var mac) && DocumentPath.EniMac(folder) == mac);
            return folder is not null && known.All(document => document.Path != folder + "vpc-id") ? folder + "vpc-id" : null;
        }
    }

    /// <summary>A read that came to a snapshot.</summary>
    /// <param name="result">The snapshot.</param>
    /// <param name="lists">The ENIs' lists of addresses.</param>
    /// <param name="madeOf">
    /// <see cref="DocumentMemory.Changes"/> when it was made: it stands as long as that stays the same. Null where another read may come to something else
    /// even then, since an ENI is at fault or an EIP is still being looked for.
    /// </param>
    private sealed class FormerRead(MetadataResult.Snapshot result, IReadOnlyList<string> lists, long? madeOf)
    {
        public MetadataResult.Snapshot Result => result;

        public IReadOnlyList<string> Lists => lists;

        public long? MadeOf => madeOf;
    }
}
