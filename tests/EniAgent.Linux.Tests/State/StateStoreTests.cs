using System.Collections.Immutable;
using CsCheck;
using EniAgent.Core.Addressing;
using EniAgent.Core.Metadata;
using EniAgent.Core.Ownership;
using EniAgent.Linux.Host;
using EniAgent.Linux.State;

namespace EniAgent.Linux.Tests.State;

public sealed class StateStoreTests : IDisposable
{
    private static readonly Gen<MacAddress> Macs = Gen.ULong[0, 0xffff_ffff_ffff].Select(value => new MacAddress(value));
    private static readonly Gen<IpAddress> Ips = Gen.UInt.Select(IpAddress.FromIPv4);
    private static readonly Gen<string> Words = Gen.String[Gen.Char.AlphaNumeric, 0, 12];

    // What is written as text and read back must survive whatever is in it.
    private static readonly Gen<string> Texts = Gen.OneOf(Words, Gen.String[Gen.Char["\"\\\n\t é—{}<>&'\u0001\uffff"], 0, 6]);

    private static readonly Gen<ListedAddress> Listed = Gen.Select(Macs, Ips, (mac, ip) => new ListedAddress(mac, ip));

    private static readonly Gen<EniAddress> EniAddresses =
        Gen.Select(Macs, Ips, Gen.Int[0, 32], (mac, ip, length) => new EniAddress(mac, new InterfaceAddress(ip, length)));

    private static readonly Gen<Ledger> Ledgers = Gen.Select(
        EniAddresses.Array[0, 4], Texts.Array[0, 4], Texts.Array[0, 4], Listed.Array[0, 4], Ips.Array[0, 2],
        (addresses, routes, rules, listed, gateways) => new Ledger
        {
            Addresses = [.. addresses],
            Routes = [.. routes],
            Rules = [.. rules],
            Listed = [.. listed],
            PrimaryGateways = [.. gateways],
        });

    private static readonly Gen<PersistentState> States = Gen.Select(
        Texts, Gen.Select(Macs, Gen.Int[0, 255]).Array[0, 4], Gen.Select(Macs, Words, Gen.Int, Gen.Int).Array[0, 4],
        (id, slots, settings) => new PersistentState
        {
            InstanceId = id,
            Slots = slots.DistinctBy(s => s.Item1).ToImmutableSortedDictionary(s => s.Item1, s => s.Item2),
            Settings = settings.DistinctBy(s => (s.Item1, s.Item2)).ToImmutableDictionary(s => new SettingOf(s.Item1, s.Item2), s => new SettingChange(s.Item3, s.Item4)),
        });

    private static readonly Gen<AddressMetadata> AddressMetadatas = Gen.Select(
        Ips, Gen.Bool, Ips, Words, (ip, hasEip, eip, mode) => hasEip ? new AddressMetadata(ip, eip, mode) : new AddressMetadata(ip));

    private static readonly Gen<EniMetadata> Enis = Gen.Select(
        Macs, Words, Words, Ips, Gen.Int[0, 32], Ips, AddressMetadatas.Array[1, 4],
        (mac, subnet, vpc, prefix, length, gateway, addresses) => new EniMetadata
        {
            Mac = mac,
            IsPrimary = false,
            SubnetId = subnet,
            VpcId = vpc,
            Subnet = new IpPrefix(prefix, length),
            Gateway = gateway,
            Addresses = [.. addresses],
        });

    private static readonly Gen<(MetadataSnapshot, string?)> Snapshots = Gen.Select(
        Texts, Enis.Array[1, 4], Texts,
        (id, enis, cache) => (new MetadataSnapshot
        {
            InstanceId = id,
            PrimaryMac = enis[0].Mac,
            Enis = [.. enis.DistinctBy(eni => eni.Mac).Select((eni, i) => eni with { IsPrimary = i == 0 })],
        }, cache.Length == 0 ? null : cache));

    private const string OneEni = "{\"mac\":\"52:54:00:00:00:01\",\"subnet\":\"10.0.1.0/24\",\"gateway\":\"10.0.1.1\",\"addresses\":[{\"address\":\"10.0.1.10\"}]}";

    private readonly TemporaryFolder _folder = new();
    private readonly ListLogger<StateStore> _log = new();
    private readonly AgentPaths _paths;
    private readonly StateStore _store;

    public StateStoreTests()
    {
        _paths = new AgentPaths(_folder.Path);
        _store = new StateStore(_paths, _log);
    }

    public static TheoryData<string, string> Broken => new()
    {
        { "empty", "" },
        { "half-written", "{\"version\":1,\"rou" },
        { "null", "null" },
        { "another kind of JSON", "[1,2]" },
        { "newer", "{\"version\":2}" },
        { "without a version", "{}" },
        { "a number that is none", "{\"version\":\"one\"}" },
        { "not text", "\0\u0001\u0002" },
        { "null in the place of a list", "{\"version\":1,\"routes\":null,\"slots\":null,\"enis\":null,\"primaryMac\":\"52:54:00:00:00:01\"}" },
        { "null in a list", "{\"version\":1,\"addresses\":[null],\"settings\":[null],\"enis\":[null],\"primaryMac\":\"52:54:00:00:00:01\"}" },
        { "an ENI twice", "{\"version\":1,\"addresses\":[null],\"slots\":null,\"primaryMac\":\"52:54:00:00:00:01\",\"enis\":[" + OneEni + "," + OneEni + "]}" },
        { "not an address", "{\"version\":1,\"addresses\":[\"52:54:00:00:00:01 nonsense\"],\"slots\":{\"nonsense\":1},\"primaryMac\":\"nonsense\"}" },
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_ledger_comes_back_as_it_was_written() => Ledgers.Sample(
        ledger =>
        {
            _store.Write(ledger);
            return _store.ReadLedger().Equals(ledger);
        },
        threads: 1);

    [Fact]
    public void A_state_comes_back_as_it_was_written() => States.Sample(
        state =>
        {
            _store.Write(state);
            return _store.ReadState().Equals(state);
        },
        iter: 30,
        threads: 1);

    [Fact]
    public void A_snapshot_comes_back_as_it_was_written() => Snapshots.Sample(
        written =>
        {
            _store.Write(written.Item1, written.Item2);
            return _store.ReadSnapshot() == written;
        },
        threads: 1);

    [Fact]
    public void The_same_ledger_is_the_same_file_in_whatever_order_it_grew()
    {
        _store.Write(new Ledger { Routes = ["a", "b", "c"] });
        var one = File.ReadAllText(_paths.Ledger);
        _store.Write(new Ledger { Routes = ["c", "a", "b"] });

        Assert.Equal(one, File.ReadAllText(_paths.Ledger));
    }

    [Fact]
    public void Where_nothing_is_remembered_all_is_empty_and_nothing_is_said()
    {
        Assert.Equal(Ledger.Empty, _store.ReadLedger());
        Assert.Equal(PersistentState.Empty, _store.ReadState());
        Assert.Equal((null, null), _store.ReadSnapshot());
        Assert.Empty(_log.Lines);
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_file_that_cannot_be_used_is_set_aside_with_one_warning(string kind, string content)
    {
        _ = kind;
        foreach (var path in new[] { _paths.Ledger, _paths.State, _paths.Snapshot })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, content);
        }

        for (var twice = 0; twice < 2; twice++)
        {
            Assert.Equal(Ledger.Empty, _store.ReadLedger());
            Assert.Equal(PersistentState.Empty, _store.ReadState());
            Assert.Equal((null, null), _store.ReadSnapshot());
        }

        Assert.Equal(3, _log.Lines.Count);
        Assert.All(_log.Lines, line => Assert.StartsWith("Warning: ", line, StringComparison.Ordinal));
        Assert.Equal(content, File.ReadAllText(_paths.Ledger + ".bad"));
        Assert.False(File.Exists(_paths.Ledger));
    }

    [Fact]
    public void A_file_that_cannot_be_read_at_all_is_no_reason_to_end()
    {
        // A folder in its place stands for everything that reading may meet: no permission, a failing disk.
        Directory.CreateDirectory(_paths.Ledger);

        Assert.Equal(Ledger.Empty, _store.ReadLedger());

        Assert.StartsWith($"Warning: {_paths.Ledger} cannot be", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_remembered_is_for_its_owner_alone()
    {
        _store.Write(Ledger.Empty with { Routes = ["a"] });
        _store.Write(PersistentState.Empty);

        Assert.Equal(AtomicFile.Private, File.GetUnixFileMode(_paths.Ledger));
        Assert.Equal(AtomicFile.Private, File.GetUnixFileMode(_paths.State));
    }

    [Fact]
    public void Forgetting_leaves_what_outlives_a_boot()
    {
        _store.Write(Ledger.Empty with { Routes = ["a"] });
        _store.Write(PersistentState.Empty with { InstanceId = "ins-1" });
        Snapshots.Sample(s => _store.Write(s.Item1, s.Item2), iter: 1, threads: 1);

        _store.Forget();

        Assert.Equal(Ledger.Empty, _store.ReadLedger());
        Assert.Equal((null, null), _store.ReadSnapshot());
        Assert.Equal("ins-1", _store.ReadState().InstanceId);
    }
}
