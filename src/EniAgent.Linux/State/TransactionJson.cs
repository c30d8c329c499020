using System.Text.Json;
using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Planning;
using EniAgent.Linux.Kernel;
using EniAgent.Netlink;

namespace EniAgent.Linux.State;

/// <summary>
/// The JSON form of a transaction. Kernel objects stand in it as rtnetlink writes them, so that what somebody else had put there comes back with everything
/// that our own model of it does not hold.
/// </summary>
internal static class TransactionJson
{
    public static string Write(Transaction transaction) => JsonSerializer.Serialize(
        new TransactionFileJson
        {
            Version = StateJson.Version,
            Tried = StateJson.ToJson(transaction.Tried, cache: null),
            Steps = [.. transaction.Steps.Select(ToJson)],
            BegunSeconds = transaction.Begun.TotalSeconds,
        },
        StateJsonContext.Default.TransactionFileJson);

    public static Transaction Read(string json)
    {
        var file = StateJson.Checked(JsonSerializer.Deserialize(json, StateJsonContext.Default.TransactionFileJson), f => f.Version);
        return new Transaction(StateJson.ToSnapshot(file.Tried), [.. file.Steps.Select(ToStep)], TimeSpan.FromSeconds(file.BegunSeconds));
    }

    private static StepJson ToJson(Step step)
    {
        var json = new StepJson { Kind = step.GetType().Name, Eni = step.Eni?.ToString(), Phase = step.Phase.ToString(), Reason = step.Reason };
        return step switch
        {
            SetLinkUp s => json with { Link = ToJson(s.Link), To = s.Up ? 1 : 0 },
            SetLinkGroup s => json with { Link = ToJson(s.Link), From = s.From, To = s.To },
            SetSysctl s => json with { Interface = s.Key.Interface, Setting = s.Key.Name, From = s.From, To = s.To, Restores = s.Restores },
            AddAddress s => json with { Object = Bytes(s.Address) },
            DeleteAddress s => json with { Object = Bytes(s.Address) },
            AddRoute s => json with { Object = Bytes(s.Route) },
            DeleteRoute s => json with { Object = Bytes(s.Route) },
            ReplaceRoute s => json with { Former = Bytes(s.Old), Object = Bytes(s.New) },
            AddRule s => json with { Object = Bytes(s.Rule) },
            DeleteRule s => json with { Object = Bytes(s.Rule) },
            _ => throw new ArgumentOutOfRangeException(nameof(step), step, "unknown step"),
        };
    }

    private static Step ToStep(StepJson json)
    {
        var phase = Enum.TryParse<StepPhase>(json.Phase, out var known) && Enum.IsDefined(known) ? known : throw new FormatException($"'{json.Phase}' is no phase");
        Step step = json.Kind switch
        {
            nameof(SetLinkUp) => new SetLinkUp(ToLink(json), json.To != 0) { Phase = phase },
            nameof(SetLinkGroup) => new SetLinkGroup(ToLink(json), checked((uint)json.From), checked((uint)json.To)) { Phase = phase },
            nameof(SetSysctl) => new SetSysctl(ToKey(json), checked((int)json.From), checked((int)json.To), json.Restores) { Phase = phase },
            nameof(AddAddress) => new AddAddress(ToAddress(json.Object)) { Phase = phase },
            nameof(DeleteAddress) => new DeleteAddress(ToAddress(json.Object)) { Phase = phase },
            nameof(AddRoute) => new AddRoute(ToRoute(json.Object)) { Phase = phase },
            nameof(DeleteRoute) => new DeleteRoute(ToRoute(json.Object)) { Phase = phase },
            nameof(ReplaceRoute) => new ReplaceRoute(ToRoute(json.Former), ToRoute(json.Object)) { Phase = phase },
            nameof(AddRule) => new AddRule(ToRule(json.Object)) { Phase = phase },
            nameof(DeleteRule) => new DeleteRule(ToRule(json.Object)) { Phase = phase },
            _ => throw new FormatException($"'{json.Kind}' is no step"),
        };
        return step with { Eni = json.Eni is null ? null : MacAddress.Parse(json.Eni), Reason = json.Reason };
    }

    private static LinkJson ToJson(Link link) => new() { Index = link.Index, Name = link.Name, Mac = link.Mac.ToString() };

    private static Link ToLink(StepJson json) => json.Link is { } link
        ? new Link { Index = link.Index, Name = link.Name, Mac = MacAddress.Parse(link.Mac) }
        : throw new FormatException($"a {json.Kind} has no link");

    // It becomes a path: only what the agent itself changes.
    private static SysctlKey ToKey(StepJson json) =>
        SysctlKey.Names.Contains(json.Setting) && json.Interface is { Length: > 0 } name && name is not ("." or "..") && !name.Contains('/', StringComparison.Ordinal)
            ? new SysctlKey(name, json.Setting!)
            : throw new FormatException($"'{json.Interface}' '{json.Setting}' is no setting of an interface");

    private static byte[] Bytes(LinkAddress address) => MessageBytes.Of(KernelMapping.ToNetlink(address));

    private static byte[] Bytes(Route route) => MessageBytes.Of(KernelMapping.ToNetlink(route));

    private static byte[] Bytes(Rule rule) => MessageBytes.Of(KernelMapping.ToNetlink(rule));

    private static LinkAddress ToAddress(byte[]? bytes) => KernelMapping.ToCore(AddressMessage.Parse(bytes));

    private static Route ToRoute(byte[]? bytes) => KernelMapping.ToCore(RouteMessage.Parse(bytes)) ?? throw new FormatException("it holds a route that is none of ours");

    private static Rule ToRule(byte[]? bytes) => KernelMapping.ToCore(RuleMessage.Parse(bytes));
}

internal sealed class TransactionFileJson
{
    public int Version { get; init; }

    public SnapshotFileJson Tried { get; init; } = new();

    public double BegunSeconds { get; init; }

    public StepJson[] Steps { get; init; } = [];
}

internal sealed record StepJson
{
    public string Kind { get; init; } = "";

    public string? Eni { get; init; }

    public string Phase { get; init; } = "";

    public string Reason { get; init; } = "";

    public LinkJson? Link { get; init; }

    public string? Interface { get; init; }

    public string? Setting { get; init; }

    public long From { get; init; }

    public long To { get; init; }

    public bool Restores { get; init; }

    public byte[]? Former { get; init; }

    public byte[]? Object { get; init; }
}

internal sealed class LinkJson
{
    public int Index { get; init; }

    public string Name { get; init; } = "";

    public string Mac { get; init; } = "";
}
