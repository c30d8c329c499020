using EniAgent.Core.Wording;
using EniAgent.Linux.Files;

namespace EniAgent.Linux.State;

/// <summary>A folder whose files the agent believes: nobody but root, or whoever runs the agent, may put anything into it.</summary>
public static class OwnFolder
{
    private const uint Root = 0;

    private const UnixFileMode WritableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Makes it where it is missing.</summary>
    /// <exception cref="UntrustedFolderException">Others may write in it.</exception>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static void Make(string path)
    {
        Disk.Instance.CreateFolder(path);
        if (ProblemOf(path) is { } problem)
        {
            throw new UntrustedFolderException(problem.English);
        }
    }

    /// <summary>Why what is in it cannot be believed, in words; null where it can, or where there is no such folder.</summary>
    public static Sentence? ProblemOf(string path) => Disk.Instance.Look(path) switch
    {
        null => null,
        { Owner.User: var user } when user != Root && user != NativeMethods.User => FolderWords.BelongsTo(path, user),

        // An administrator may have it on another disk.
        { Kind: FileKind.Link } => Directory.ResolveLinkTarget(path, returnFinalTarget: true) is { } target ? ProblemOf(target.FullName) : null,
        { Kind: not FileKind.Folder } => FolderWords.NoFolder(path),
        { Mode: var mode } when (mode & WritableByOthers) != 0 => FolderWords.WritableByOthers(path),
        _ => null,
    };

    /// <summary>Whether this process may make files in a folder: not where the disk is read-only (access(2)).</summary>
    public static bool MayWrite(string path) => NativeMethods.MayWrite(path);
}

/// <summary>A folder of the agent's is not to be believed; the message says why.</summary>
public sealed class UntrustedFolderException(string message) : IOException(message);
