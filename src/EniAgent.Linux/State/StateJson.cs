using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using EniAgent.Core.Addressing;
using EniAgent.Core.Metadata;
using EniAgent.Core.Ownership;
using EniAgent.Core.Wording;

namespace EniAgent.Linux.State;

/// <summary>The JSON forms of what is remembered. Each carries its version; a newer one is not read.</summary>
internal static class StateJson
{
    public const int Version = 1;

    private const string Pending = "pending", Faulty = "faulty";

    public static string Write(Ledger ledger) => JsonSerializer.Serialize(
        new LedgerJson
        {
            Version = Version,
            Addresses = [.. ledger.Addresses.Select(a => $"{a.Mac} {a.Address}").Order(StringComparer.Ordinal)],
            Routes = [.. ledger.Routes.Order(StringComparer.Ordinal)],
            Rules = [.. ledger.Rules.Order(StringComparer.Ordinal)],
            Listed = [.. ledger.Listed.Select(a => $"{a.Mac} {a.Address}").Order(StringComparer.Ordinal)],
            PrimaryGateways = [.. ledger.PrimaryGateways.Select(a => a.ToString()).Order(StringComparer.Ordinal)],
        },
        StateJsonContext.Default.LedgerJson);

    public static Ledger ReadLedger(string json)
    {
        var file = Checked(JsonSerializer.Deserialize(json, StateJsonContext.Default.LedgerJson), f => f.Version);
        return new Ledger
        {
            Addresses = [.. file.Addresses.Select(text => Pair(text, InterfaceAddressOf, (mac, a) => new EniAddress(mac, a)))],
            Routes = [.. file.Routes],
            Rules = [.. file.Rules],
            Listed = [.. file.Listed.Select(text => Pair(text, IpAddress.Parse, (mac, a) => new ListedAddress(mac, a)))],
            PrimaryGateways = [.. file.PrimaryGateways.Select(IpAddress.Parse)],
        };
    }

    public static string Write(PersistentState state) => JsonSerializer.Serialize(
        new StateFileJson
        {
            Version = Version,
            InstanceId = state.InstanceId,
            Slots = state.Slots.ToDictionary(s => s.Key.ToString(), s => s.Value),
            Settings = [.. state.Settings.OrderBy(s => s.Key.Mac).ThenBy(s => s.Key.Name, StringComparer.Ordinal)
                .Select(s => new SettingJson { Mac = s.Key.Mac.ToString(), Name = s.Key.Name, Original = s.Value.Original, Ours = s.Value.Ours })],
            Filed = [.. state.Filed.Select(a => $"{a.Mac} {a.Address}").Order(StringComparer.Ordinal)],
            FiledRules = [.. state.FiledRules.Order(StringComparer.Ordinal)],
        },
        StateJsonContext.Default.StateFileJson);

    public static PersistentState ReadState(string json)
    {
        var file = Checked(JsonSerializer.Deserialize(json, StateJsonContext.Default.StateFileJson), f => f.Version);
        return new PersistentState
        {
            InstanceId = file.InstanceId,
            Slots = file.Slots.ToImmutableSortedDictionary(s => MacAddress.Parse(s.Key), s => s.Value),
            Settings = file.Settings.ToImmutableDictionary(
                s => new SettingOf(MacAddress.Parse(s.Mac), s.Name), s => new SettingChange(s.Original, s.Ours)),
            FiledRules = [.. file.FiledRules],
            Filed = [.. file.Filed.Select(text => Pair(text, IpAddress.Parse, (mac, a) => new ListedAddress(mac, a)))],
        };
    }

    public static string Write(MetadataSnapshot snapshot, string? cache) => JsonSerializer.Serialize(ToJson(snapshot, cache), StateJsonContext.Default.SnapshotFileJson);

    public static (MetadataSnapshot Snapshot, string? Cache) ReadSnapshot(string json)
    {
        var file = Checked(JsonSerializer.Deserialize(json, StateJsonContext.Default.SnapshotFileJson), f => f.Version);
        return (ToSnapshot(file), file.Cache);
    }

    public static SnapshotFileJson ToJson(MetadataSnapshot snapshot, string? cache) => new()
    {
        Version = Version,
        InstanceId = snapshot.InstanceId,
        PrimaryMac = snapshot.PrimaryMac.ToString(),
        Enis = [.. snapshot.Enis.Select(eni => new EniJson
        {
            Mac = eni.Mac.ToString(),
            SubnetId = eni.SubnetId,
            VpcId = eni.VpcId,
            Subnet = eni.Subnet.ToString(),
            Gateway = eni.Gateway.ToString(),
            Addresses = [.. eni.Addresses.Select(a => new AddressJson
            {
                Address = a.Address.ToString(),
                PublicAddress = a.PublicAddress.IsNone ? null : a.PublicAddress.ToString(),
                PublicAddressMode = a.PublicAddressMode,
            })],
        })],
        Faults = snapshot.Faults.IsEmpty ? null : [.. snapshot.Faults.Select(fault => $"{fault.Mac} {(fault.IsPending ? Pending : Faulty)}: {fault.Message}")],
        Cache = cache,
    };

    public static MetadataSnapshot ToSnapshot(SnapshotFileJson file)
    {
        var primary = MacAddress.Parse(file.PrimaryMac);
        if (file.Enis.CountBy(eni => MacAddress.Parse(eni.Mac)).FirstOrDefault(eni => eni.Value > 1) is { Value: > 1, Key: var twice })
        {
            throw new FormatException($"{twice} stands there twice");
        }

        return new MetadataSnapshot
        {
            InstanceId = file.InstanceId,
            PrimaryMac = primary,
            Enis = [.. file.Enis.Select(eni => new EniMetadata
            {
                Mac = MacAddress.Parse(eni.Mac),
                IsPrimary = MacAddress.Parse(eni.Mac) == primary,
                SubnetId = eni.SubnetId,
                VpcId = eni.VpcId,
                Subnet = IpPrefix.Parse(eni.Subnet),
                Gateway = IpAddress.Parse(eni.Gateway),
                Addresses = eni.Addresses.Length == 0
                    ? throw new FormatException($"{eni.Mac} has no address")
                    : [.. eni.Addresses.Select(a => new AddressMetadata(
                        IpAddress.Parse(a.Address), a.PublicAddress is null ? default : IpAddress.Parse(a.PublicAddress), a.PublicAddressMode))],
            })],
            Faults = [.. (file.Faults ?? []).Select(text => Pair(text, ParseFault, (mac, fault) => fault with { Mac = mac }))],
        };
    }

    public static T Checked<T>(T? file, Func<T, int> version)
        where T : class =>
        file is null ? throw new FormatException("it is empty")
        : version(file) is var v && v != Version ? throw new FormatException($"its version is {v}, and this program knows {Version}")
        : file;

    private static InterfaceAddress InterfaceAddressOf(string text) =>
        InterfaceAddress.TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not an address with a prefix length");

    private static EniFault ParseFault(string text) => text.Split(": ", 2) is [Pending or Faulty, var message]
        ? new EniFault(default, text.StartsWith(Pending, StringComparison.Ordinal), Sentence.AsIs(message))
        : throw new FormatException($"'{text}' does not begin with {Pending} or {Faulty}");

    private static TResult Pair<T, TResult>(string text, Func<string, T> parse, Func<MacAddress, T, TResult> make)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return space < 0
            ? throw new FormatException($"'{text}' is not a MAC address and what belongs to it")
            : make(MacAddress.Parse(text[..space]), parse(text[(space + 1)..]));
    }
}

internal sealed class LedgerJson
{
    public int Version { get; init; }

    public string[] Addresses { get; init; } = [];

    public string[] Routes { get; init; } = [];

    public string[] Rules { get; init; } = [];

    public string[] Listed { get; init; } = [];

    public string[] PrimaryGateways { get; init; } = [];
}

internal sealed class StateFileJson
{
    public int Version { get; init; }

    public string InstanceId { get; init; } = "";

    public Dictionary<string, int> Slots { get; init; } = [];

    public SettingJson[] Settings { get; init; } = [];

    public string[] Filed { get; init; } = [];

    public string[] FiledRules { get; init; } = [];
}

internal sealed class SettingJson
{
    public string Mac { get; init; } = "";

    public string Name { get; init; } = "";

    public int Original { get; init; }

    public int Ours { get; init; }
}

internal sealed class SnapshotFileJson
{
    public int Version { get; init; }

    public string InstanceId { get; init; } = "";

    public string PrimaryMac { get; init; } = "";

    public EniJson[] Enis { get; init; } = [];

    /// <summary>Only in a snapshot that is saved to be replayed: what is believed holds none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string[]? Faults { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Cache { get; init; }
}

internal sealed class EniJson
{
    public string Mac { get; init; } = "";

    public string SubnetId { get; init; } = "";

    public string VpcId { get; init; } = "";

    public string Subnet { get; init; } = "";

    public string Gateway { get; init; } = "";

    public AddressJson[] Addresses { get; init; } = [];
}

internal sealed class AddressJson
{
    public string Address { get; init; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PublicAddress { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PublicAddressMode { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(LedgerJson))]
[JsonSerializable(typeof(StateFileJson))]
[JsonSerializable(typeof(SnapshotFileJson))]
[JsonSerializable(typeof(TransactionFileJson))]
internal sealed partial class StateJsonContext : JsonSerializerContext;
