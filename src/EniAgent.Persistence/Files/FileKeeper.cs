using System.Text;
using System.Text.RegularExpressions;
using EniAgent.Core.Addressing;
using EniAgent.Core.Ownership;
using EniAgent.Linux.Files;
using EniAgent.Linux.Host;
using EniAgent.Linux.State;
using EniAgent.Persistence.Backends;
using EniAgent.Persistence.Model;

namespace EniAgent.Persistence.Files;

/// <summary>
/// Compares what a back end wants with the files that are there, and writes what differs, each file atomically. Of a file that is edited the first version (with
/// what others have changed since) is kept under originals/first, and what the agent made of it under originals/ours: where both still agree with the file, the first version comes back as it was.
/// </summary>
/// <param name="disk">The disk.</param>
/// <param name="paths">Where the agent's files are; the machine's lie below the same root.</param>
public sealed partial class FileKeeper(IDisk disk, AgentPaths paths)
{
    private readonly DiskTree _tree = new(disk, paths.Root);

    /// <summary>The files as they are.</summary>
    public IFileTree Tree => _tree;

    private string First => Path.Combine(paths.Originals, "first");

    private string Ours => Path.Combine(paths.Originals, "ours");

    /// <summary>What must change; changes nothing.</summary>
    public FilePlan Plan(IReadOnlyList<IFileRenderer> renderers, BootState state, HostFacts host)
    {
        var renderings = renderers.Select(renderer => renderer.Render(state, host, _tree)).ToList();
        var changes = new List<FileChange>();
        var findings = renderings.SelectMany(rendering => rendering.Findings).ToList();
        var leftAlone = renderings.SelectMany(rendering => rendering.LeftAlone).ToHashSet(StringComparer.Ordinal);
        var wanted = renderings.SelectMany(rendering => rendering.Files).ToDictionary(file => file.Path, StringComparer.Ordinal);
        foreach (var file in wanted.Values)
        {
            var before = _tree.Read(file.Path) is FileContent.Text text ? text.Value : null;
            if (before != file.Content)
            {
                changes.Add(new FileChange(file.Path, before, file.Content, file.Mode, file.IsEdit ? FileChangeKind.Edited : FileChangeKind.Created));
            }

            // It keeps its owner. NetworkManager does not read such a profile.
            if (file.IsEdit && _tree.Real(file.Path) is { } real && disk.Look(real)?.Owner is { User: > 0 and var user })
            {
                findings.Add(new Finding(file.Path, 0, FindingWords.BelongsTo(user), IsNote: true));
            }
        }

        if (changes.Exists(change => change.Kind == FileChangeKind.Edited))
        {
            var first = FirstVersions(renderers, state, host);
            changes = [.. changes.Select(change => change.Kind != FileChangeKind.Edited ? change : change with
            {
                FirstVersion = first.TryGetValue(change.Path, out var moved) ? moved : FirstOf(renderers, change.Path) is { } now && now != Kept(First, change.Path) ? now : null,
            })];
        }

        var edited = Edited().ToHashSet(StringComparer.Ordinal);
        foreach (var path in renderers.SelectMany(renderer => renderer.Folders).Distinct().SelectMany(folder => OwnFiles.In(_tree, folder)))
        {
            // What is wanted or left alone has been read, or is not to be.
            var isLeftover = IsLeftover(path, edited);
            if (!isLeftover && (wanted.ContainsKey(path) || leftAlone.Contains(path)))
            {
                continue;
            }

            var text = _tree.Read(path) is FileContent.Text { Value: var found } ? found : "";
            if (isLeftover || Marker.Is(text))
            {
                changes.Add(new FileChange(path, text, null, default, FileChangeKind.Created));
            }
        }

        foreach (var path in edited.Where(path => !wanted.ContainsKey(path) && !leftAlone.Contains(path) && !state.IsUnclear))
        {
            // A file of a back end that is not in use now stays until it is, or until all is released.
            if (renderers.FirstOrDefault(renderer => renderer.Folders.Contains(Path.GetDirectoryName(path))) is { } renderer)
            {
                GiveBack(renderer, path, changes, findings);
            }
        }

        return new FilePlan(changes, findings);
    }

    /// <summary>Writes a plan's changes.</summary>
    /// <returns>What could not be written, in words; the rest is done.</returns>
    public IReadOnlyList<string> Apply(FilePlan plan)
    {
        var problems = new List<string>();
        foreach (var change in plan.Changes)
        {
            try
            {
                Apply(change);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                problems.Add($"{change.Path}: {e.Message}");
            }
        }

        return problems;
    }

    /// <summary>The files of these back ends, those of ours left out, in which one of the addresses stands: "PATH:LINE".</summary>
    public IReadOnlyList<string> Naming(IReadOnlyList<IFileRenderer> renderers, IReadOnlySet<IpAddress> addresses)
    {
        var places = new List<string>();
        foreach (var path in renderers.SelectMany(renderer => renderer.Folders).Distinct().SelectMany(folder => OwnFiles.In(_tree, folder)).Distinct())
        {
            if (_tree.Read(path) is FileContent.Text { Value: var text } && !Marker.Is(text))
            {
                places.AddRange(text.Split('\n').Index().Where(line => Words().Matches(line.Item).Any(word => IpAddress.TryParse(word.Value, out var a) && addresses.Contains(a)))
                    .Select(line => $"{path}:{line.Index + 1}"));
            }
        }

        return places;
    }

    [GeneratedRegex("[0-9]+(?:[.][0-9]+){3}")]
    private static partial Regex Words();

    private void Apply(FileChange change)
    {
        var path = _tree.Real(change.Path) ?? throw new IOException(FindingWords.LeadsOut.English);
        if (change.Kind == FileChangeKind.Edited)
        {
            // The first version is kept before anything is changed, and never replaced by one of our own.
            var isKept = disk.Look(First + change.Path) is not null;
            if (change.FirstVersion is not null || !isKept)
            {
                Keep(First + change.Path, change.FirstVersion ?? change.Before!);
            }

            Keep(Ours + change.Path, change.After!);
        }

        if (change.After is null)
        {
            disk.Delete(path);
            disk.SyncFolder(Path.GetDirectoryName(path)!);
        }
        else if (change.After != change.Before)
        {
            var facts = disk.Look(path);
            var mode = change.Kind == FileChangeKind.Created ? change.Mode : facts?.Mode ?? AtomicFile.Public;

            // What somebody has written since it was read is not written over; the next look takes it in.
            var content = Encoding.UTF8.GetBytes(change.After);
            if (change.Kind == FileChangeKind.Created && change.Before is null && _tree.Read(change.Path) is FileContent.Unusable)
            {
                // Only the agent gives such a name: what cannot be read there is nobody's work, but a power cut's.
                AtomicFile.Write(disk, path, content, mode, facts?.Owner, durable: true);
            }
            else
            {
                AtomicFile.Replace(disk, path, change.Before is null ? null : Encoding.UTF8.GetBytes(change.Before), content, mode, facts?.Owner);
            }
        }

        if (change.Kind == FileChangeKind.GivenBack)
        {
            disk.Delete(Ours + change.Path);
            disk.Delete(First + change.Path);
        }
    }

    // First versions with another primary address than they have.
    private Dictionary<string, string> FirstVersions(IReadOnlyList<IFileRenderer> renderers, BootState state, HostFacts host)
    {
        var tree = new FirstVersionTree(_tree, path => FirstOf(renderers, path));
        var bare = state.Bare with { Former = new HashSet<ListedAddress>() };
        return renderers.SelectMany(renderer => renderer.Render(bare, host, tree).Files)
            .Where(file => file.IsEdit && tree.Read(file.Path) is FileContent.Text { Value: var text } && text != file.Content)
            .ToDictionary(file => file.Path, file => file.Content, StringComparer.Ordinal);
    }

    // The first version with what others have changed in the file since the agent wrote it, which must not go with the agent's own part.
    private string? FirstOf(IReadOnlyList<IFileRenderer> renderers, string path)
    {
        var first = Kept(First, path);
        return first is not null && Kept(Ours, path) is { } ours && _tree.Read(path) is FileContent.Text { Value: var current } && current != ours
            ? renderers.FirstOrDefault(renderer => renderer.Folders.Contains(Path.GetDirectoryName(path)))?.Undo(current, first, ours) ?? first
            : first;
    }

    private string? Kept(string folder, string path) => disk.Look(folder + path) is null ? null : Encoding.UTF8.GetString(disk.Read(folder + path));

    private void Keep(string path, string content) =>
        AtomicFile.Write(disk, path, Encoding.UTF8.GetBytes(content), AtomicFile.Private, owner: null, durable: true);

    private void GiveBack(IFileRenderer renderer, string path, List<FileChange> changes, List<Finding> findings)
    {
        var original = Kept(First, path)!;
        switch (_tree.Read(path))
        {
            case FileContent.Missing:
                // Whoever deleted it does not want it back.
                changes.Add(new FileChange(path, null, null, default, FileChangeKind.GivenBack));
                break;
            case FileContent.Text { Value: var current }:
                var edited = Kept(Ours, path);
                var back = current == edited ? original : renderer.Undo(current, original, edited ?? current);
                if (back is null)
                {
                    findings.Add(new Finding(path, 0, FindingWords.WasChanged(First + path)));
                    break;
                }

                changes.Add(new FileChange(path, current, back, default, FileChangeKind.GivenBack));
                break;
            case FileContent.Unusable unusable:
                findings.Add(new Finding(path, unusable.Line, FindingWords.CannotGoBack(unusable.Problem, First + path)));
                break;
        }
    }

    // What a power cut left of a file that the agent was writing, one of its own names or one that it edits. A link is none.
    private bool IsLeftover(string path, HashSet<string> edited) =>
        AtomicFile.TargetOf(path) is { } target && (OwnFiles.IsName(target) || edited.Contains(target))
        && disk.Look($"{_tree.Real(Path.GetDirectoryName(path)!)}/{Path.GetFileName(path)}")?.Kind == FileKind.Regular;

    // Every file whose first version is kept.
    private IEnumerable<string> Edited() => Below("");

    private IEnumerable<string> Below(string folder) =>
        disk.List(First + folder).Where(name => !name.StartsWith('.')).SelectMany(name =>
            disk.Look($"{First}{folder}/{name}")?.Kind == FileKind.Folder ? Below($"{folder}/{name}") : [$"{folder}/{name}"]);

    // The files as they were before the agent edited them.
    private sealed class FirstVersionTree(IFileTree now, Func<string, string?> firstOf) : IFileTree
    {
        public IReadOnlyList<string> List(string folder) => now.List(folder);

        public bool HasFolder(string folder) => now.HasFolder(folder);

        public FileContent Read(string path) => firstOf(path) is { } first ? new FileContent.Text(first) : now.Read(path);
    }
}
