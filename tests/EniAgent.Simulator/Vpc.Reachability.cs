using System.Net;
using System.Net.Sockets;
using EniAgent.Simulator.Probes;

namespace EniAgent.Simulator;

// Who must reach whom once a guest is configured.
public sealed partial class Vpc
{
    /// <summary>
    /// Everything that must answer: from every subnet's neighbour and from the internet side to every address of every plugged ENI and to
    /// every EIP; from every address, and through every NIC, to every neighbour, gateway and internet host; between ENIs; and metadata
    /// from every address. Returns the failures in words, and what the source filter dropped meanwhile; empty when all is well.
    /// </summary>
    public async Task<IReadOnlyList<string>> AssertEverythingAnswersAsync(Guest guest, TimeSpan? deadline = null)
    {
        var names = await guest.NicNamesAsync();
        var before = (await SourceFilter.DroppedAsync()).ToHashSet();
        var pings = Inward(guest).Concat(Outward(guest)).Concat(Between(guest)).Concat(ThroughNics(guest, names));
        var failures = (await Pinger.PingAllAsync(pings, deadline)).Select(f => f.ToString()).ToList();
        failures.AddRange(await MetadataFailuresAsync(guest));
        if (failures.Count > 0)
        {
            failures.AddRange((await SourceFilter.DroppedAsync()).Where(d => !before.Contains(d)).Select(d => $"dropped: {d}"));
        }
        return failures;
    }

    /// <summary>From every subnet's neighbour and the internet side to every address and EIP of the guest.</summary>
    public IEnumerable<Ping> Inward(Guest guest) =>
        from eni in Plugged(guest)
        from ping in Inward(eni)
        select ping;

    /// <summary>From every subnet's neighbour and the internet side to every address and EIP of an ENI.</summary>
    public IEnumerable<Ping> Inward(Eni eni) =>
        (from address in eni.Addresses
         from host in Hosts()
         select new Ping(host.Namespace, address, host.Name))
        .Concat(from eip in eni.Eips.Values
                where eip.Mode == EipMode.Nat
                select new Ping(Internet, eip.Address, "internet (EIP)"));

    /// <summary>From every address of the guest to every neighbour, gateway and internet host.</summary>
    public IEnumerable<Ping> Outward(Guest guest) =>
        from eni in Plugged(guest)
        from address in eni.Addresses
        from target in Targets()
        select new Ping(guest.Namespace, target, "guest") { Source = address };

    /// <summary>From any address at all, as a program sends that binds to none: to every neighbour, gateway and internet host.</summary>
    public IEnumerable<Ping> Unbound(Guest guest) =>
        from target in Targets()
        select new Ping(guest.Namespace, target, "guest");

    private static IEnumerable<Ping> Between(Guest guest) =>
        from one in Plugged(guest)
        from other in Plugged(guest)
        select new Ping(guest.Namespace, other.PrimaryAddress, "guest") { Source = one.PrimaryAddress };

    private IEnumerable<Ping> ThroughNics(Guest guest, IReadOnlyDictionary<string, string> names) =>
        from eni in Plugged(guest)
        where names.ContainsKey(eni.Mac)
        from target in Targets()
        select new Ping(guest.Namespace, target, "guest") { Device = names[eni.Mac] };

    private static IEnumerable<Eni> Plugged(Guest guest) => guest.Enis.Where(e => e.Port is not null);

    private IEnumerable<(Kernel.NetworkNamespace Namespace, string Name, IPAddress Address)> Hosts() =>
        Subnets.Select(s => (s.Client, $"client of {s}", s.ClientAddress)).Append((Internet, "internet", InternetAddress));

    private IEnumerable<IPAddress> Targets() => Hosts().Select(h => h.Address).Concat(Subnets.Select(s => s.Gateway));

    private static async Task<IEnumerable<string>> MetadataFailuresAsync(Guest guest)
    {
        using var atOnce = new SemaphoreSlim(32);
        var answers = await Task.WhenAll(Plugged(guest).SelectMany(e => e.Addresses).Select(async address =>
        {
            await atOnce.WaitAsync();
            try
            {
                return await MetadataFailureAsync(guest, address) is { } reason ? $"guest from {address} → metadata: {reason}" : null;
            }
            finally
            {
                atOnce.Release();
            }
        }));
        return answers.OfType<string>();
    }

    private static async Task<string?> MetadataFailureAsync(Guest guest, IPAddress source)
    {
        try
        {
            var answer = await MetadataProbe.GetAsync(guest.Namespace, "/latest/meta-data/instance-id", source);
            return answer.EndsWith(guest.InstanceId, StringComparison.Ordinal) ? null : $"answered {answer.Split("\r\n")[0]}";
        }
        catch (SocketException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException)
        {
            return "no answer in time";
        }
    }
}
