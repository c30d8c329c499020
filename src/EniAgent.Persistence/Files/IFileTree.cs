using EniAgent.Core.Wording;

namespace EniAgent.Persistence.Files;

/// <summary>The files below a root, to be read. Paths are those that programs in that root see, e.g. "/etc/netplan/50-cloud-init.yaml".</summary>
public interface IFileTree
{
    /// <summary>The names (not paths) in a folder, sorted by their bytes; empty where there is no such folder.</summary>
    IReadOnlyList<string> List(string folder);

    /// <summary>Whether there is such a folder.</summary>
    bool HasFolder(string folder);

    /// <summary>Reads a file.</summary>
    FileContent Read(string path);
}

/// <summary>What reading a file gave.</summary>
public abstract record FileContent
{
    private FileContent()
    {
    }

    /// <summary>There is none.</summary>
    public sealed record Missing : FileContent;

    /// <summary>Its text, valid UTF-8 without a byte order mark, line ends as they are.</summary>
    /// <param name="Value">The text.</param>
    public sealed record Text(string Value) : FileContent
    {
        /// <summary>The line where the first carriage return stands, from 1; 0 where none does.</summary>
        public int CarriageReturn => Array.FindIndex(Value.Split('\n'), line => line.Contains('\r', StringComparison.Ordinal)) + 1;
    }

    /// <summary>It is there and cannot be edited: a folder or a socket, unreadable, not UTF-8, a link that leads out of the root.</summary>
    /// <param name="Line">The line where that shows, from 1; 0 for the file as a whole.</param>
    /// <param name="Problem">What is wrong, e.g. "is a folder", "is not UTF-8".</param>
    public sealed record Unusable(int Line, Sentence Problem) : FileContent;
}
