using EniAgent.Core.Addressing;
using EniAgent.Core.Options;
using EniAgent.Core.Wording;
using EniAgent.Persistence.Files;
using EniAgent.Persistence.Model;

namespace EniAgent.Persistence.Backends;

/// <summary>
/// A back end: writes the state that is to be in the words of one network manager. Pure: it reads the files that are there through
/// <see cref="IFileTree"/> and says what they must be; it writes nothing. Rendering what it has rendered before changes nothing.
/// </summary>
public interface IFileRenderer
{
    /// <summary>Which back end it is.</summary>
    PersistenceBackend Backend { get; }

    /// <summary>
    /// The folders in which it creates files, e.g. "/etc/systemd/network" (with sub-folders, where it makes drop-ins): a file in them that begins with the
    /// marker (<see cref="Marker"/>) and is not rendered any more is deleted.
    /// </summary>
    IReadOnlyList<string> Folders { get; }

    /// <summary>The rules that its files bring up: in the kernel they have the network manager's tag, not ours.</summary>
    IReadOnlyList<BootRule> RulesOf(BootState state);

    /// <summary>What the files must be.</summary>
    Rendering Render(BootState state, HostFacts host, IFileTree files);

    /// <summary>
    /// Takes what was edited into a file out again, when somebody else has changed it since: <paramref name="current"/> with the parts that are ours to
    /// change as they are in <paramref name="original"/>; <paramref name="edited"/> is what the last edit made of it. Null where that cannot be done safely; a file that nobody changed is put back as it was without
    /// asking here.
    /// </summary>
    string? Undo(string current, string original, string edited);

    /// <summary>
    /// The command, with its arguments, that has the running manager read files that were written, or went with their ENI, just now; empty where it reads them by itself, or where being told
    /// would disturb a running link.
    /// </summary>
    IReadOnlyList<string> Telling(IReadOnlyList<string> written) => [];
}

/// <summary>What a back end wants of the files.</summary>
/// <param name="Files">Every file that must be there with just this content; one that is right already is among them too.</param>
/// <param name="Findings">What it found in the way or could not express.</param>
public sealed record Rendering(IReadOnlyList<RenderedFile> Files, IReadOnlyList<Finding> Findings)
{
    /// <summary>Nothing.</summary>
    public static readonly Rendering Empty = new([], []);

    /// <summary>
    /// Files that are left exactly as they are, though they might be ours: of ENIs that are not to be touched, or with something in them that is reported.
    /// </summary>
    public IReadOnlySet<string> LeftAlone { get; init; } = new HashSet<string>(StringComparer.Ordinal);
}

/// <summary>A file as it must be.</summary>
/// <param name="Path">Its path below the root, e.g. "/etc/sysconfig/network-scripts/ifcfg-eth1".</param>
/// <param name="Content">Its content; written as UTF-8.</param>
/// <param name="Mode">Its permissions when it is created; a file that is edited keeps its own, and its owner.</param>
/// <param name="IsEdit">True when the file was there before and is somebody else's: the first version is kept, and comes back on release.</param>
/// <param name="Eni">Whose it is; null for one that serves all.</param>
public sealed record RenderedFile(string Path, string Content, UnixFileMode Mode, bool IsEdit, MacAddress? Eni);

/// <summary>Something in a file that an administrator should know of.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">The line, from 1; 0 for the file as a whole.</param>
/// <param name="Message">What it is and what follows from it.</param>
/// <param name="IsNote">True for what is no fault, such as an administrator's opt-out.</param>
public sealed record Finding(string Path, int Line, Sentence Message, bool IsNote = false)
{
    /// <summary>PATH:LINE: MESSAGE.</summary>
    public Sentence Said => new($"{Place}: {Message.English}", $"{Place}：{Message.Chinese}");

    private string Place => Line > 0 ? $"{Path}:{Line}" : Path;

    /// <summary>PATH:LINE: MESSAGE, in English.</summary>
    public override string ToString() => Said.English;
}
