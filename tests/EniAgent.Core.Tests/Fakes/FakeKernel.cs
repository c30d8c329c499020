using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Planning;

namespace EniAgent.Core.Tests.Fakes;

/// <summary>
/// The kernel's network configuration as far as it matters here, with the kernel's own side effects and refusals. Stricter than the kernel where that finds
/// mistakes: a step that is not needed, or that was computed from another state, fails.
/// </summary>
internal sealed partial class FakeKernel(KernelFeatures features) : INetworkStack
{
    public const uint LocalTable = 255;
    public const uint DefaultTable = 253;

    // A test looks on while the loop is at work.
    private readonly Lock _lock = new();
    private readonly List<Link> _links = [];
    private readonly Dictionary<SysctlKey, int> _sysctls = [];

    public KernelFeatures Features { get; } = features;

    public IReadOnlyList<Link> Links => Locked(() => _links.ToList());

    /// <summary>The same state, from which one can go another way.</summary>
    public FakeKernel Clone()
    {
        using var held = _lock.EnterScope();
        var clone = new FakeKernel(Features);
        clone._links.AddRange(_links);
        clone._addresses.AddRange(_addresses);
        clone._routes.AddRange(_routes);
        clone._rules.Clear();
        clone._rules.AddRange(_rules);
        foreach (var (key, value) in _sysctls)
        {
            clone._sysctls[key] = value;
        }

        return clone;
    }

    public Link LinkOf(string name) => Locked(() => _links.Single(link => link.Name == name));

    public string NameOf(int index) => LinkOf(index)?.Name ?? $"#{index}";

    /// <summary>A NIC is plugged in, or somebody makes a link.</summary>
    public Link AddLink(Link link)
    {
        using var held = _lock.EnterScope();
        link = link with { Index = _links.Select(l => l.Index).Append(0).Max() + 1 };
        _links.Add(link);
        foreach (var name in SysctlKey.Names)
        {
            _sysctls.TryAdd(new SysctlKey(link.Name, name), 0);
            _sysctls.TryAdd(new SysctlKey(SysctlKey.All, name), 0);
        }

        return link;
    }

    /// <summary>A NIC is unplugged: its addresses and routes go with it, rules stay.</summary>
    public void RemoveLink(string name)
    {
        using var held = _lock.EnterScope();
        var link = LinkOf(name);
        foreach (var address in _addresses.Where(a => a.Value.LinkIndex == link.Index).ToList())
        {
            _addresses.Remove(address);
            DropRoutesPreferring(address.Value.Address.Address);
        }

        _routes.RemoveAll(route => route.LinkIndex == link.Index);
        _links.Remove(link);
        foreach (var setting in SysctlKey.Names)
        {
            _sysctls.Remove(new SysctlKey(name, setting));
        }
    }

    public void Rename(string from, string to)
    {
        using var held = _lock.EnterScope();
        var link = LinkOf(from);
        _links[_links.IndexOf(link)] = link with { Name = to };
        foreach (var setting in SysctlKey.Names)
        {
            _sysctls.Remove(new SysctlKey(from, setting), out var value);
            _sysctls[new SysctlKey(to, setting)] = value;
        }
    }

    public int Sysctl(string link, string name) => Locked(() => _sysctls[new SysctlKey(link, name)]);

    public void SetSysctl(string link, string name, int value) => Locked(() => _sysctls[new SysctlKey(link, name)] = value);

    /// <summary>Up: the kernel makes the prefix routes anew. Down: every route through the link is lost, addresses and rules stay.</summary>
    public void SetUp(string name, bool up)
    {
        using var held = _lock.EnterScope();
        var link = LinkOf(name);
        _links[_links.IndexOf(link)] = link with { IsUp = up };
        if (!up)
        {
            _routes.RemoveAll(route => route.LinkIndex == link.Index);
            return;
        }

        foreach (var address in _addresses.Where(a => a.Value.LinkIndex == link.Index))
        {
            MakePrefixRoute(address);
        }
    }

    public void SetGroup(string name, uint group)
    {
        using var held = _lock.EnterScope();
        var link = LinkOf(name);
        _links[_links.IndexOf(link)] = link with { Group = group };
    }

    public ObservedState Observe(ObserveRequest request)
    {
        using var held = _lock.EnterScope();
        var links = _links.Where(link => request.Macs.Contains(link.Mac)).ToList();
        var indexes = links.Select(link => link.Index).ToHashSet();
        var names = links.Select(link => link.Name).Append(SysctlKey.All).ToHashSet();
        return new ObservedState
        {
            Links = links,
            Addresses = [.. _addresses.Select(a => a.Value)],
            Routes = [.. _routes.Where(r => indexes.Contains(r.LinkIndex) || r.Protocol == request.Protocol
                || (request.AllMainRoutes && r.Table == Route.MainTable))],
            MainHasForeignDefault = _routes.Any(r => r.Table == Route.MainTable && r.Destination.IsDefault && r.Protocol != request.Protocol),
            Rules = [.. _rules],
            Sysctls = _sysctls.Where(s => names.Contains(s.Key.Interface)).ToDictionary(),
        };
    }

    public IReadOnlyList<StepOutcome> Apply(IReadOnlyList<Step> steps)
    {
        using var held = _lock.EnterScope();
        var outcomes = new List<StepOutcome>();
        var failedIn = new Dictionary<MacAddress, StepPhase>();
        StepPhase? allFailedIn = null;
        _collateral.Clear();
        foreach (var step in steps)
        {
            var skipped = (allFailedIn is { } phase && phase != step.Phase)
                || (step.Eni is { } eni && failedIn.TryGetValue(eni, out var failed) && failed != step.Phase);
            var failure = skipped ? new StepFailure(FailureKind.Skipped, "an earlier step failed") : Carry(step);
            outcomes.Add(new StepOutcome(step, failure));
            if (failure is { Kind: not FailureKind.Skipped } && step.Eni is { } mac)
            {
                failedIn.TryAdd(mac, step.Phase);
            }
            else if (failure is { Kind: not FailureKind.Skipped })
            {
                allFailedIn ??= step.Phase;
            }
        }

        return outcomes;
    }

    /// <summary>Every neighbour answers on a link that is up.</summary>
    public Task<bool> ResolvesAsync(int linkIndex, IpAddress address, CancellationToken cancellationToken) => Task.FromResult(LinkOf(linkIndex) is { IsUp: true });

    private static StepFailure Fail(FailureKind kind, string message) => new(kind, message);

    private StepFailure? Carry(Step step)
    {
        switch (step)
        {
            case SetLinkUp s:
                if (LinkOf(s.Link.Index) is not { } link || link.IsUp == s.Up)
                {
                    return Fail(FailureKind.Invalid, $"link {s.Link.Name} is not there, or is in that state already");
                }

                SetUp(link.Name, s.Up);
                return null;
            case SetLinkGroup s:
                if (LinkOf(s.Link.Index) is not { } member || member.Group != s.From)
                {
                    return Fail(FailureKind.Invalid, $"link {s.Link.Name} is not there, or is not in group {s.From}");
                }

                SetGroup(member.Name, s.To);
                return null;
            case SetSysctl s:
                if (!_sysctls.TryGetValue(s.Key, out var value) || value != s.From)
                {
                    return Fail(FailureKind.Invalid, $"{s.Key} is not {s.From}");
                }

                _sysctls[s.Key] = s.To;
                return null;
            case AddAddress s:
                return Add(s.Address);
            case DeleteAddress s:
                return Delete(s.Address);
            case AddRoute s:
                return Add(s.Route);
            case ReplaceRoute s:
                return Replace(s.Old, s.New);
            case DeleteRoute s:
                return Delete(s.Route);
            case AddRule s:
                return Add(s.Rule);
            case DeleteRule s:
                return Delete(s.Rule);
            default:
                throw new ArgumentOutOfRangeException(nameof(step));
        }
    }

    private Link? LinkOf(int index) => Locked(() => _links.FirstOrDefault(link => link.Index == index));

    private T Locked<T>(Func<T> look)
    {
        lock (_lock)
        {
            return look();
        }
    }
}
