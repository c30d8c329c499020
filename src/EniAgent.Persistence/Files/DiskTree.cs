using System.Text;
using EniAgent.Linux.Files;

namespace EniAgent.Persistence.Files;

/// <summary>The files below a root on a disk.</summary>
/// <param name="disk">The disk.</param>
/// <param name="root">The root, e.g. "/".</param>
public sealed class DiskTree(IDisk disk, string root) : IFileTree
{
    // No network manager's file is as large; what is must not fill the memory.
    private const long MostBytes = 1 << 20;
    private const int MostLinks = 40;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string folder) => Real(folder) is { } path ? disk.List(path) : [];

    /// <inheritdoc/>
    public bool HasFolder(string folder) => Real(folder) is { } path && disk.Look(path)?.Kind == FileKind.Folder;

    /// <inheritdoc/>
    public FileContent Read(string path)
    {
        try
        {
            if (Real(path) is not { } real)
            {
                return new FileContent.Unusable(0, FindingWords.LeadsOut);
            }

            return disk.Look(real) switch
            {
                null => new FileContent.Missing(),
                { Kind: FileKind.Regular, Length: <= MostBytes } => TextOf(disk.Read(real)),
                { Kind: FileKind.Regular, Length: var length } => new FileContent.Unusable(0, FindingWords.TooLarge(length, MostBytes)),
                { Kind: FileKind.Folder } => new FileContent.Unusable(0, FindingWords.IsFolder),
                _ => new FileContent.Unusable(0, FindingWords.IsNoFile),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new FileContent.Unusable(0, FindingWords.Unreadable(e.Message));
        }
    }

    /// <summary>Where a path really is, links followed: what is written there must not turn a link into a file. Null where it leads out of the root.</summary>
    public string? Real(string path)
    {
        // Nearly always there is no link on the way.
        var top = root.TrimEnd('/');
        return IsWritten(path) && !HasLink(top.Length, top + path) ? top + path : Follow(path, top);
    }

    // Absolute, and without anything that needs thought.
    private static bool IsWritten(string path) => path.StartsWith('/') && !path.EndsWith('/') && !path.Contains("//", StringComparison.Ordinal) && !path.Contains("/.", StringComparison.Ordinal);

    private bool HasLink(int top, string path)
    {
        for (var end = top; end < path.Length;)
        {
            var next = path.IndexOf('/', end + 1);
            end = next < 0 ? path.Length : next;
            switch (disk.Look(path[..end])?.Kind)
            {
                case FileKind.Link:
                    return true;
                case null:
                    // Nor is there anything below what is not there.
                    return false;
            }
        }

        return false;
    }

    private string? Follow(string path, string top)
    {
        var links = 0;
        var parts = new Stack<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        var real = top;
        while (parts.TryPop(out var part))
        {
            if (part == ".")
            {
                continue;
            }

            if (part == "..")
            {
                if (real.Length <= top.Length)
                {
                    return null;
                }

                real = Path.GetDirectoryName(real)!;
                continue;
            }

            var next = real + "/" + part;
            if (disk.Look(next)?.Kind != FileKind.Link)
            {
                real = next;
                continue;
            }

            var target = new FileInfo(next).LinkTarget!;
            if (++links > MostLinks || (target.StartsWith('/') && root != "/"))
            {
                return null;
            }

            real = target.StartsWith('/') ? "" : real;
            foreach (var more in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
            {
                parts.Push(more);
            }
        }

        return real;
    }

    private static FileContent TextOf(byte[] bytes)
    {
        if (bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble))
        {
            return new FileContent.Unusable(1, FindingWords.ByteOrderMark);
        }

        var zero = Array.IndexOf(bytes, (byte)0);
        if (zero >= 0)
        {
            return new FileContent.Unusable(LineOf(bytes, zero), FindingWords.ZeroByte);
        }

        try
        {
            return new FileContent.Text(Strict.GetString(bytes));
        }
        catch (DecoderFallbackException e)
        {
            return new FileContent.Unusable(LineOf(bytes, e.Index), FindingWords.NotUtf8);
        }
    }

    private static int LineOf(byte[] bytes, int index) => 1 + bytes.AsSpan(0, Math.Clamp(index, 0, bytes.Length)).Count((byte)'\n');
}
