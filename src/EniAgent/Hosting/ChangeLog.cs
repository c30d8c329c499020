using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Planning;
using EniAgent.Reconciliation;
using Microsoft.Extensions.Logging;

namespace EniAgent.Hosting;

/// <summary>Says each thing once: what was changed, a problem when it arises, and when all are gone.</summary>
internal sealed class ChangeLog(ILogger logger)
{
    private HashSet<string> _problems = [];
    private IReadOnlyList<string> _kernel = [];

    /// <summary>What a reconciliation changed, a line an ENI and one for files.</summary>
    public void Changes(ReconcileResult result)
    {
        foreach (var group in result.Done.GroupBy(step => step.Eni))
        {
            var (added, changed, removed) = (group.Count(s => s.Sign == '+'), group.Count(s => s.Sign == '~'), group.Count(s => s.Sign == '-'));
            if (group.Key is { } mac)
            {
                var name = result.Desired.Enis.FirstOrDefault(eni => eni.Mac == mac)?.Link?.Name ?? "its NIC";
                var addresses = group.Select(step => step switch { AddAddress add => add.Address, DeleteAddress delete => delete.Address, _ => null }).OfType<LinkAddress>()
                    .Select(address => address.Address.ToString()).Distinct();
                ChangeLogMessages.Eni(logger, name, mac, added, changed, removed, string.Join(' ', addresses));
            }
            else
            {
                ChangeLogMessages.All(logger, added, changed, removed);
            }
        }

        if (result.Files is { Written.Count: > 0 } files)
        {
            ChangeLogMessages.Files(logger, string.Join(", ", files.Written));
        }
    }

    /// <summary>What is wrong now, all of it.</summary>
    /// <param name="metadata">With metadata; null for nothing.</param>
    /// <param name="state">With files of our own; null in it for nothing.</param>
    /// <param name="kernel">With the kernel; null when it was not looked at, so that what was wrong still is.</param>
    public void Problems(string? metadata, IEnumerable<string?> state, IEnumerable<string>? kernel)
    {
        _kernel = kernel?.ToList() ?? _kernel;

        // One text may come from two that met the same obstacle, and is said once.
        var now = _kernel.Select(text => (Of: ProblemOf.Network, Text: text)).Concat(metadata is null ? [] : [(Of: ProblemOf.Metadata, Text: metadata)])
            .Concat(state.OfType<string>().Select(text => (Of: ProblemOf.State, Text: text))).DistinctBy(problem => problem.Text).ToList();
        foreach (var (of, problem) in now.Where(p => !_problems.Contains(p.Text)))
        {
            switch (of)
            {
                case ProblemOf.Metadata:
                    ChangeLogMessages.Metadata(logger, problem);
                    break;
                case ProblemOf.State:
                    ChangeLogMessages.State(logger, problem);
                    break;
                default:
                    ChangeLogMessages.Network(logger, problem);
                    break;
            }
        }

        if (_problems.Count > 0 && now.Count == 0)
        {
            ChangeLogMessages.Recovered(logger);
        }

        _problems = [.. now.Select(problem => problem.Text)];
    }

    private enum ProblemOf
    {
        Network,
        Metadata,
        State,
    }
}

internal static partial class ChangeLogMessages
{
#pragma warning disable SYSLIB1015 // The addresses are a field of the journal, and too many for the sentence.
    [LoggerMessage(Level = LogLevel.Information, EventName = "EniChanged", Message = "{EniInterface} ({EniMac}): {Added} added, {Changed} changed, {Removed} removed")]
    public static partial void Eni(ILogger logger, string eniInterface, MacAddress eniMac, int added, int changed, int removed, string eniAddress);
#pragma warning restore SYSLIB1015

    [LoggerMessage(Level = LogLevel.Information, EventName = "RulesChanged", Message = "rules for all ENIs: {Added} added, {Changed} changed, {Removed} removed")]
    public static partial void All(ILogger logger, int added, int changed, int removed);

    [LoggerMessage(Level = LogLevel.Information, EventName = "FilesChanged", Message = "files changed: {Files}")]
    public static partial void Files(ILogger logger, string files);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "MetadataProblem", Message = "{Problem}")]
    public static partial void Metadata(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "NetworkProblem", Message = "{Problem}")]
    public static partial void Network(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "StateProblem", Message = "{Problem}")]
    public static partial void State(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Information, EventName = "Recovered", Message = "all is well again")]
    public static partial void Recovered(ILogger logger);
}
