using System.Reflection;
using EniAgent.Core.Addressing;
using EniAgent.Core.Desired;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Ownership;
using EniAgent.Core.Planning;
using EniAgent.Core.Wording;
using EniAgent.Persistence.Detection;
using EniAgent.Reconciliation;

namespace EniAgent.Reporting;

/// <summary>Makes the report from a reconciliation.</summary>
internal static class StatusBuilder
{
    /// <summary>The version of this program, from the one place that states it.</summary>
    public static string Version { get; } =
        typeof(StatusBuilder).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    /// <summary>Before it is known which one it is.</summary>
    public static BackendReport Backend { get; } = Report("none", new(BackendCause.NotLooked));

    /// <summary>A report without ENIs: metadata has not been read yet.</summary>
    public static StatusReport Waiting(Sentence? error) =>
        new() { Version = Version, State = "waiting-for-metadata", Backend = Backend, Trouble = error };

    /// <summary>The report of a reconciliation.</summary>
    /// <param name="belief">What it went by.</param>
    /// <param name="result">What it came to.</param>
    /// <param name="metadataError">Why metadata could not be read last; null when it could.</param>
    public static StatusReport Of(Belief belief, ReconcileResult result, Sentence? metadataError)
    {
        var found = new Found(result);
        var enis = result.Desired.Enis.Select(eni => Of(eni, belief, result, found)).ToList();
        var error = metadataError ?? Problems(result).FirstOrDefault();
        var isSettled = result.InSync && enis.All(eni => eni.State != "pending");
        return new StatusReport
        {
            Version = Version,
            InstanceId = belief.Snapshot.InstanceId,
            State = error is not null ? "degraded" : isSettled ? "in-sync" : "converging",
            Trouble = error,
            Backend = result.Files is not { } files ? Backend : Report(files.Choice.Name, files.Choice.Why) with
            {
                InSync = files.Plan.Changes.Count == 0 && files.Problems.Count == 0,
                Findings = [.. files.Plan.Findings.Select(finding => finding.Said)],
            },
            Enis = enis,
            WaitingFor = [.. WaitsOf(belief, result)],
        };
    }

    /// <summary>Everything that is wrong.</summary>
    public static IEnumerable<Sentence> Problems(ReconcileResult result)
    {
        foreach (var (step, failure) in result.Failed)
        {
            if (failure!.Kind != FailureKind.Skipped)
            {
                yield return Sentence.AsIs($"{step.Sign} {StepText.Of(step, result.LinkName)}: {failure.Message}");
            }
        }

        foreach (var conflict in result.Planning.Conflicts)
        {
            yield return conflict.Message;
        }

        foreach (var eni in result.Desired.Enis)
        {
            if (IsFaulty(eni))
            {
                yield return ReportWords.Eni(eni.Mac, eni.Error!);
            }
        }

        foreach (var refusal in result.Desired.Refusals)
        {
            yield return refusal;
        }

        foreach (var problem in result.Problems)
        {
            yield return ReportWords.Read(problem)!;
        }

        foreach (var trouble in result.Files?.Troubles ?? [])
        {
            yield return trouble;
        }
    }

    // What can be seen to be missing; an ENI that is faulty is not waited for.
    private static IEnumerable<WaitReport> WaitsOf(Belief belief, ReconcileResult result)
    {
        foreach (var eni in result.Desired.Enis.Where(eni => eni.Condition is EniCondition.NoLink or EniCondition.Pending))
        {
            yield return eni.Condition == EniCondition.NoLink
                ? new WaitReport(WaitFor.Nic, eni.Mac.ToString())
                : new WaitReport(WaitFor.Documents, eni.Mac.ToString()) { More = eni.Error };
        }

        foreach (var mac in belief.HeldEnis.Where(mac => belief.Snapshot.Faults.All(fault => fault.Mac != mac)))
        {
            yield return new WaitReport(WaitFor.Confirmation, mac.ToString());
        }

        foreach (var eni in belief.HeldAddresses.GroupBy(held => held.Mac))
        {
            yield return new WaitReport(WaitFor.Confirmation, eni.Key.ToString()) { Detail = string.Join(", ", eni.Select(held => held.Address).Order()) };
        }
    }

    private static BackendReport Report(string name, BackendReason why) => new(name, why.Said.English) { Why = why.Said };

    /// <summary>Whether something is wrong with an ENI's documents or NIC; one that was just attached and is not complete yet is none of these.</summary>
    private static bool IsFaulty(DesiredEni eni) => eni.Error is not null && eni.Condition != EniCondition.Pending && !eni.IsLeftAlone;

    private static EniReport Of(DesiredEni eni, Belief belief, ReconcileResult result, Found found)
    {
        var failure = result.Failed.FirstOrDefault(f => f.Step.Eni == eni.Mac && f.Failure!.Kind != FailureKind.Skipped);
        var error = eni.Error ?? (failure is null ? null : Sentence.AsIs($"{StepText.Of(failure.Step, result.LinkName)}: {failure.Failure!.Message}"))
            ?? result.Planning.Conflicts.FirstOrDefault(c => c.Eni == eni.Mac)?.Message;
        var waits = found.Waiting.Contains(eni.Mac) || belief.HeldEnis.Contains(eni.Mac);
        return new EniReport
        {
            Mac = eni.Mac.ToString(),
            Interface = eni.Link?.Name,
            Primary = eni.IsPrimary,
            SubnetId = NullIfEmpty(eni.Metadata?.SubnetId),
            VpcId = NullIfEmpty(eni.Metadata?.VpcId),
            Subnet = eni.Metadata?.Subnet.ToString(),
            Slot = eni.Slot,
            Table = eni.Table,
            Gateway = eni.Metadata?.Gateway.ToString(),
            State = eni.Condition switch
            {
                EniCondition.Excluded or EniCondition.Yielded => "excluded",
                EniCondition.NoLink => "no-link",
                EniCondition.Pending => "pending",
                EniCondition.Failed => "failed",
                _ => error is not null ? "failed" : waits ? "pending" : "in-sync",
            },
            Addresses = eni.Metadata is null ? [] : [.. eni.Metadata.Addresses.Select((a, i) => Of(eni, a, i == 0, result, found))],
            Routes = [.. result.Desired.Routes.Where(r => r.Eni == eni.Mac).Select(r => StepText.Of(r.Route, result.LinkName))],
            Rules = [.. found.Rules[eni.Mac].Select(r => StepText.Of(r.Rule))],
            Trouble = error,
        };
    }

    private static AddressReport Of(DesiredEni eni, AddressMetadata address, bool isPrimary, ReconcileResult result, Found found)
    {
        var wanted = new InterfaceAddress(address.Address, eni.Metadata!.Subnet.Length);
        return new AddressReport
        {
            Address = wanted.ToString(),
            Primary = isPrimary,
            PublicAddress = address.PublicAddress.IsNone ? null : address.PublicAddress.ToString(),
            PublicAddressMode = address.PublicAddressMode,
            State = found.Conflicts.Contains((eni.Mac, address.Address)) ? "conflict"
                : eni.Link is not { } link || !found.Present.TryGetValue((link.Index, wanted), out var there) ? "missing"
                : result.Owned.Owns(there) ? "ok" : "adopted",
        };
    }

    // What each ENI and each address is looked up in: with thousands of them nothing is searched from its beginning.
    private sealed class Found(ReconcileResult result)
    {
        public Dictionary<(int Link, InterfaceAddress Address), LinkAddress> Present { get; } = result.Observed.Addresses.ToDictionary(address => address.Key);

        public ILookup<MacAddress?, DesiredRule> Rules { get; } = result.Desired.Rules.ToLookup(rule => (MacAddress?)rule.Eni);

        public HashSet<MacAddress?> Waiting { get; } = [.. result.Planning.Plan.Steps.Select(step => step.Eni)];

        public HashSet<(MacAddress? Eni, IpAddress? Address)> Conflicts { get; } = [.. result.Planning.Conflicts.Select(conflict => ((MacAddress?)conflict.Eni, (IpAddress?)conflict.Address))];
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
