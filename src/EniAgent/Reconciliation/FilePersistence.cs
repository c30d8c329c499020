using EniAgent.Core.Addressing;
using EniAgent.Core.Metadata;
using EniAgent.Core.Planning;
using EniAgent.Core.Wording;
using EniAgent.Linux.Files;
using EniAgent.Linux.Host;
using EniAgent.Persistence.Backends;
using EniAgent.Persistence.Detection;
using EniAgent.Persistence.Files;
using EniAgent.Persistence.Model;
using Microsoft.Extensions.Logging;

namespace EniAgent.Reconciliation;

/// <summary>Keeps the machine's network files what the next boot needs, with the back end that its network manager reads.</summary>
internal sealed class FilePersistence
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly AgentPaths _paths;
    private readonly Reconciler _reconciler;
    private readonly ILogger<FilePersistence> _logger;
    private readonly WitnessingDisk _disk;
    private readonly FileKeeper _keeper;
    private FormerLook? _former;

    public FilePersistence(AgentPaths paths, Reconciler reconciler, ILogger<FilePersistence> logger, IDisk? disk = null, TimeProvider? time = null)
    {
        (_paths, _reconciler, _logger) = (paths, reconciler, logger);
        _disk = new WitnessingDisk(disk ?? Disk.Instance, time ?? TimeProvider.System);
        _keeper = new FileKeeper(_disk, paths);
    }

    /// <summary>Says what would be written; writes nothing.</summary>
    public FilesResult Look(Belief belief, ReconcileResult result)
    {
        var choice = new BackendChoice(null, "none", new(BackendCause.Unreadable), new HostFacts());
        try
        {
            choice = Choose(result);
            return new FilesResult(choice, _keeper.Plan(choice.Renderers, BootOf(belief, result), choice.Host), []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new FilesResult(choice, FilePlan.Empty, [e.Message]);
        }
    }

    /// <summary>Writes what differs. A disk that is full or may not be written is reported; the network has converged already.</summary>
    public FilesResult Persist(Belief belief, ReconcileResult result)
    {
        if (_former is { } former && former.BeganWith(belief, result, _reconciler) && _disk.IsAsSeen())
        {
            return former.Result;
        }

        var (filed, rules) = (_reconciler.Filed, _reconciler.FiledRules);
        _disk.Begin();
        var files = LookAndWrite(belief, result);
        var hasSettled = files is { Problems.Count: 0, Written.Count: 0 } && ReferenceEquals(filed, _reconciler.Filed) && ReferenceEquals(rules, _reconciler.FiledRules);
        _former = hasSettled ? new FormerLook(belief, result.Desired, result.Observed, _reconciler.Options, filed, rules, files) : null;
        return files;
    }

    private FilesResult LookAndWrite(Belief belief, ReconcileResult result)
    {
        var looked = Look(belief, result);
        if (looked.Problems.Count > 0)
        {
            return looked;
        }

        var boot = BootOf(belief, result);

        // What was an ENI's stays known as such until it is out of the files.
        var hasNetworkFiles = looked.Choice.Renderer is not null;
        var listed = hasNetworkFiles ? BootStateBuilder.ListedOf(belief).ToList() : [];
        var rules = looked.Choice.Renderers.SelectMany(renderer => renderer.RulesOf(boot)).Select(rule => StepText.Of(rule.Rule)).ToList();
        var problems = new List<string>(_reconciler.Remember(_reconciler.Filed.Concat(listed), _reconciler.FiledRules.Concat(rules)));
        problems.AddRange(Apply(looked.Plan));
        Tell(looked.Choice.Renderers, ToTell(looked.Plan, belief));
        if (problems.Count == 0)
        {
            problems.AddRange(_reconciler.Remember(listed, rules));
        }

        return looked with
        {
            Plan = looked.Plan with { Changes = problems.Count == 0 ? [] : looked.Plan.Changes },
            Written = problems.Count == 0 ? [.. looked.Plan.Changes.Select(change => change.Path)] : [],
            Problems = problems,
        };
    }

    /// <summary>
    /// On a machine made from an image of another one: takes everything of that other instance out of the files and forgets it, before anything else is done.
    /// Nothing happens on any other machine.
    /// </summary>
    public void LeaveFormerInstance(Belief belief)
    {
        if (!_reconciler.MayBeClone(belief))
        {
            return;
        }

        var now = _reconciler.Plan(belief);
        if (!_reconciler.IsClone(belief, now.Observed))
        {
            return;
        }

        FileLog.Clone(_logger, belief.Snapshot.InstanceId);
        try
        {
            var former = _keeper.Plan(BackendDetector.All, new BootState { Enis = [] }, new HostFacts());
            var problems = Apply(former).ToList();

            // What was given back is the former instance's first version; with our own primary address in its place it becomes this one's.
            var choice = Choose(now);
            var first = _keeper.Plan(choice.Renderers, BootOf(belief, now).Bare, choice.Host).AsFirstVersions();
            problems.AddRange(Apply(first));
            Tell(choice.Renderers, [.. former.Changes.Concat(first.Changes).Select(change => change.Path).Distinct()]);
            foreach (var problem in problems.Concat(_reconciler.LeaveFormerInstance(belief, now.Observed)))
            {
                FileLog.FormerStays(_logger, problem);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            FileLog.FormerStays(_logger, e.Message);
        }
    }

    /// <summary>The machine's network files, not ours, in which one of these addresses stands.</summary>
    public IReadOnlyList<string> Naming(IReadOnlySet<IpAddress> addresses) => _keeper.Naming(BackendDetector.All, addresses);

    /// <summary>Takes every file of ours away and gives back what was edited.</summary>
    /// <returns>What could not be, in words.</returns>
    public IReadOnlyList<string> Release()
    {
        var problems = new List<string>();
        var plan = _keeper.Plan(BackendDetector.All, new BootState { Enis = [] }, new HostFacts());
        problems.AddRange(plan.Findings.Select(finding => finding.ToString()));
        problems.AddRange(Apply(plan));

        // Or what it remembers comes back into the file with the next change that is made through it.
        Tell(BackendDetector.All, [.. plan.Changes.Select(change => change.Path)]);
        problems.AddRange(_reconciler.Remember([], []));
        return problems;
    }

    private IReadOnlyList<string> Apply(FilePlan plan)
    {
        foreach (var change in plan.Changes)
        {
            FileLog.Changes(_logger, change.Sign, change.Path);
        }

        return _keeper.Apply(plan);
    }

    // Of a file that went with its ENI a manager must know, for it would bring up the same NIC with it once more; of one that went for another reason it need not, and would
    // take the link down.
    private static List<string> ToTell(FilePlan plan, Belief belief) =>
        [.. plan.Changes.Where(change => change.After is not null || (Marker.MacOf(change.Before) is { } mac && belief.Snapshot.Enis.All(eni => eni.Mac != mac))).Select(change => change.Path)];

    // Files below another root are not the running manager's.
    private void Tell(IEnumerable<IFileRenderer> renderers, IReadOnlyList<string> changed)
    {
        foreach (var command in renderers.Select(renderer => renderer.Telling(changed)).Where(command => _paths.Root == "/" && command.Count > 0).DistinctBy(command => string.Join(' ', command)))
        {
            if (HostProgram.Run(command, Patience) is { } problem)
            {
                FileLog.NotTold(_logger, command[0], problem);
            }
        }
    }

    private BackendChoice Choose(ReconcileResult result) => BackendDetector.Choose(
        _reconciler.Options.Backend, _keeper.Tree, result.Observed.Links, result.Desired.Enis.FirstOrDefault(eni => eni.IsPrimary)?.Link);

    private BootState BootOf(Belief belief, ReconcileResult result) =>
        BootStateBuilder.Build(result.Desired, result.Observed, belief, _reconciler.Options, _reconciler.Filed);
}

/// <summary>What became of the machine's files.</summary>
/// <param name="Choice">The back end.</param>
/// <param name="Plan">What is left to write.</param>
/// <param name="Problems">What could not be read or written, in words.</param>
internal sealed record FilesResult(BackendChoice Choice, FilePlan Plan, IReadOnlyList<string> Problems)
{
    /// <summary>The files that were written or deleted just now.</summary>
    public IReadOnlyList<string> Written { get; init; } = [];

    /// <summary>True where this run tried no file, and all is as another one left it.</summary>
    public bool IsFormer { get; init; }

    /// <summary>Everything that is wrong.</summary>
    public IEnumerable<Sentence> Troubles
    {
        get
        {
            foreach (var problem in Problems)
            {
                yield return Sentence.AsIs(problem);
            }

            foreach (var finding in Plan.Findings)
            {
                if (!finding.IsNote)
                {
                    yield return finding.Said;
                }
            }
        }
    }
}

internal static partial class FileLog
{
    [LoggerMessage(Level = LogLevel.Information, EventName = "CloneFound", Message = "this machine was made from an image of another one: what is remembered of that is forgotten, and leaves the files; this is {InstanceId}")]
    public static partial void Clone(ILogger logger, string instanceId);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "FormerFilesStay", Message = "the former instance's files: {Problem}")]
    public static partial void FormerStays(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "ManagerNotTold", Message = "the network manager was not told of its new files, and reads them when it starts again: {Program}: {Problem}")]
    public static partial void NotTold(ILogger logger, string program, string problem);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Sign} {Path}")]
    public static partial void Changes(ILogger logger, char sign, string path);
}
