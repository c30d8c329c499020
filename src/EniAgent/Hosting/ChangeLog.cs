using EniAgent.Core.Addressing;
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
                ChangeLogMessages.Eni(logger, name, mac, added, changed, removed);
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
    /// <param name="statusFile">With the status file; null for nothing.</param>
    /// <param name="kernel">With the kernel; null when it was not looked at, so that what was wrong still is.</param>
    public void Problems(string? metadata, string? statusFile, IEnumerable<string>? kernel)
    {
        _kernel = kernel?.ToList() ?? _kernel;
        var now = _kernel.Concat(new[] { metadata, statusFile }.OfType<string>()).ToHashSet(StringComparer.Ordinal);
        foreach (var problem in now.Where(p => !_problems.Contains(p)))
        {
            ChangeLogMessages.Problem(logger, problem);
        }

        if (_problems.Count > 0 && now.Count == 0)
        {
            ChangeLogMessages.Recovered(logger);
        }

        _problems = now;
    }
}

internal static partial class ChangeLogMessages
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{EniInterface} ({EniMac}): {Added} added, {Changed} changed, {Removed} removed")]
    public static partial void Eni(ILogger logger, string eniInterface, MacAddress eniMac, int added, int changed, int removed);

    [LoggerMessage(Level = LogLevel.Information, Message = "rules for all ENIs: {Added} added, {Changed} changed, {Removed} removed")]
    public static partial void All(ILogger logger, int added, int changed, int removed);

    [LoggerMessage(Level = LogLevel.Information, Message = "files changed: {Files}")]
    public static partial void Files(ILogger logger, string files);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Problem}")]
    public static partial void Problem(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "all is well again")]
    public static partial void Recovered(ILogger logger);
}
