using EniAgent.Persistence.Backends;

namespace EniAgent.Persistence.Files;

/// <summary>What must change in the machine's files.</summary>
/// <param name="Changes">The changes; empty when the files are in sync.</param>
/// <param name="Findings">What is in the way, or worth knowing.</param>
public sealed record FilePlan(IReadOnlyList<FileChange> Changes, IReadOnlyList<Finding> Findings)
{
    /// <summary>Nothing to do.</summary>
    public static readonly FilePlan Empty = new([], []);

    /// <summary>The same changes, the result of each being somebody else's first version.</summary>
    public FilePlan AsFirstVersions() =>
        this with { Changes = [.. Changes.Where(change => change.Kind == FileChangeKind.Edited).Select(change => change with { Kind = FileChangeKind.Moved })] };
}

/// <summary>One file that changes.</summary>
/// <param name="Path">The file, below the root.</param>
/// <param name="Before">Its text; null where there is none.</param>
/// <param name="After">Its text to be; null for a file that goes.</param>
/// <param name="Mode">The permissions of a file that is created.</param>
/// <param name="Kind">Whose file it is, and what becomes of its first version.</param>
public sealed record FileChange(string Path, string? Before, string? After, UnixFileMode Mode, FileChangeKind Kind)
{
    /// <summary>
    /// What comes back on release, of a file that is edited: its first version, in which the primary ENI's primary address follows metadata as it does in the file, for
    /// without it the machine would be cut off at the next boot. Null where the first version is as it was.
    /// </summary>
    public string? FirstVersion { get; init; }

    /// <summary>'+' for a new file, '-' for one that goes, '~' for one that changes.</summary>
    public char Sign => Before is null ? '+' : After is null ? '-' : '~';

    /// <summary>The lines that go and come in a file that changes, with '-' and '+' in front; none for one that is new or goes.</summary>
    public IEnumerable<string> Lines
    {
        get
        {
            if (Before is null || After is null)
            {
                return [];
            }

            var (old, wanted) = (Before.Split('\n'), After.Split('\n'));
            return old.Except(wanted).Select(line => "-" + line).Concat(wanted.Except(old).Select(line => "+" + line));
        }
    }

    /// <summary>The path, and for a file that changes the lines that go and come, e.g. "/etc/…/ifcfg-eth0  +IPADDR1=10.0.1.5".</summary>
    public override string ToString() => string.Join("  ", [Path, .. Lines]);
}

/// <summary>Whose file it is that changes.</summary>
public enum FileChangeKind
{
    /// <summary>One that the agent creates.</summary>
    Created,

    /// <summary>Somebody else's, edited: its first version is kept.</summary>
    Edited,

    /// <summary>Somebody else's, given back.</summary>
    GivenBack,

    /// <summary>Somebody else's, made for another instance and now for this one: what it becomes is its first version.</summary>
    Moved,
}
