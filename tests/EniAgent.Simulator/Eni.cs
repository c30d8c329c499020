using System.Net;

namespace EniAgent.Simulator;

/// <summary>How an EIP reaches the guest.</summary>
public enum EipMode
{
    /// <summary>The fabric translates it to the private address.</summary>
    Nat,

    /// <summary>It arrives untranslated.</summary>
    Direct,
}

/// <summary>An elastic public address bound to a private one.</summary>
public sealed record Eip(IPAddress Address, EipMode Mode = EipMode.Nat)
{
    /// <summary>The mode as metadata writes it.</summary>
    public string ModeText => Mode == EipMode.Nat ? "NAT" : "direct";
}

/// <summary>An elastic network interface. Its facts change only through the verbs of <see cref="Vpc"/>; read them at any time.</summary>
public sealed class Eni
{
    private readonly Lock _gate;
    private readonly List<IPAddress> _secondary = [];
    private readonly Dictionary<IPAddress, Eip> _eips = [];
    private Subnet _subnet;
    private IPAddress _primary;
    private IPAddress? _former;

    internal Eni(Lock gate, string mac, Subnet subnet, IPAddress primary, IEnumerable<IPAddress> secondary, bool isPrimary)
    {
        _gate = gate;
        Mac = mac;
        _subnet = subnet;
        _primary = primary;
        _secondary.AddRange(secondary);
        IsPrimary = isPrimary;
    }

    /// <summary>The MAC in lower case, as <c>52:54:00:bf:b3:51</c>: what an ENI is known by.</summary>
    public string Mac { get; }

    /// <summary>Whether it is the instance's first one, that cannot be detached.</summary>
    public bool IsPrimary { get; }

    /// <summary>The subnet it is in.</summary>
    public Subnet Subnet => Read(() => _subnet);

    /// <summary>Its primary address.</summary>
    public IPAddress PrimaryAddress => Read(() => _primary);

    /// <summary>Its secondary addresses in the order of their assignment.</summary>
    public IReadOnlyList<IPAddress> SecondaryAddresses => Read(() => _secondary.ToArray());

    /// <summary>All its addresses, the primary one first.</summary>
    public IReadOnlyList<IPAddress> Addresses => Read<IReadOnlyList<IPAddress>>(() => [_primary, .. _secondary]);

    /// <summary>Its EIPs by private address.</summary>
    public IReadOnlyDictionary<IPAddress, Eip> Eips => Read(() => new Dictionary<IPAddress, Eip>(_eips));

    /// <summary>The primary address that it had before and that the fabric still honours, if there is one.</summary>
    public IPAddress? FormerPrimaryAddress => Read(() => _former);

    /// <summary>The guest whose NIC it is.</summary>
    public Guest? Guest { get; internal set; }

    /// <summary>The name its NIC had when it was plugged or renamed through the simulator; null while there is no NIC.</summary>
    public string? NicName { get; internal set; }

    /// <summary>The time (<see cref="System.Diagnostics.Stopwatch.GetTimestamp"/>) just before its NIC appeared in the guest.</summary>
    public long NicAppeared { get; internal set; }

    /// <summary>How much of it metadata tells.</summary>
    public Listing Listing { get; internal set; }

    /// <summary>The fabric's port, while the NIC is plugged.</summary>
    internal string? Port { get; set; }

    /// <summary>The subnet whose gateway answers the former primary address, after a migration.</summary>
    internal Subnet? FormerSubnet { get; private set; }

    /// <summary>What the source filter lets pass: the addresses, EIPs in direct mode, and a former primary address.</summary>
    internal IReadOnlyList<IPAddress> AllowedSources => Read<IReadOnlyList<IPAddress>>(() =>
        [_primary, .. _secondary, .. _eips.Values.Where(e => e.Mode == EipMode.Direct).Select(e => e.Address), .. _former is { } f ? [f] : Array.Empty<IPAddress>()]);

    /// <summary>The ENI in a few words.</summary>
    public override string ToString() => $"{NicName ?? "no NIC"} {Mac} {PrimaryAddress}/{Subnet.PrefixLength}";

    internal void Add(IEnumerable<IPAddress> addresses) => Read(() =>
    {
        _secondary.AddRange(addresses);
        return true;
    });

    internal bool Remove(IPAddress address) => Read(() => _eips.Remove(address) | _secondary.Remove(address));

    internal void Bind(IPAddress address, Eip eip) => Read(() => _eips[address] = eip);

    internal Eip? Unbind(IPAddress address) => Read(() => _eips.Remove(address, out var eip) ? eip : null);

    internal void Move(Subnet subnet, IPAddress primary) => Read(() =>
    {
        _former = _primary;
        FormerSubnet = subnet == _subnet ? null : _subnet;
        if (_eips.Remove(_primary, out var eip))
        {
            _eips[primary] = eip;
        }
        (_subnet, _primary) = (subnet, primary);
        return true;
    });

    internal void ForgetFormer() => Read(() =>
    {
        (_former, FormerSubnet) = (null, null);
        return true;
    });

    private T Read<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }
}

/// <summary>How much of an ENI metadata tells; a fresh one can be listed before its addresses are, and these before their mask and gateway.</summary>
public enum Listing
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The MAC, without addresses.</summary>
    Mac,

    /// <summary>The MAC and the addresses, without mask and gateway.</summary>
    Addresses,

    /// <summary>Everything.</summary>
    Complete,
}
