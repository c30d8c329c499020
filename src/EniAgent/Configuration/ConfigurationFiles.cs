namespace EniAgent.Configuration;

/// <summary>Finds and reads the configuration's files; what cannot be read is an error, not an exception.</summary>
internal sealed class ConfigurationFiles
{
    /// <summary>The file that is read when none is named.</summary>
    public const string DefaultPath = "/etc/eni-agent/eni-agent.conf";

    /// <summary>No sensible configuration comes near it; a device or a wrong path soon does.</summary>
    private const int LargestFile = 1 << 20;

    private readonly List<IniDocument> _documents = [];
    private readonly List<ConfigurationError> _errors = [];

    /// <summary>What was read, in the order in which later ones override earlier ones.</summary>
    public IReadOnlyList<IniDocument> Documents => _documents;

    /// <summary>What could not be read.</summary>
    public IReadOnlyList<ConfigurationError> Errors => _errors;

    /// <summary>Reads the file and then <c>FILE.d/*.conf</c> beside it, ordered by the bytes of their names.</summary>
    /// <param name="path">The file; null for the default one, which may be missing.</param>
    /// <param name="root">What stands before the default path; empty for nothing.</param>
    public static ConfigurationFiles Read(string? path, string root)
    {
        var files = new ConfigurationFiles();
        var main = path is null ? root.TrimEnd('/') + DefaultPath : Path.GetFullPath(path);
        files.ReadFile(main, mayBeMissing: path is null);
        foreach (var file in files.DropIns(main + ".d"))
        {
            files.ReadFile(file, mayBeMissing: false);
        }

        return files;
    }

    private List<string> DropIns(string directory)
    {
        try
        {
            if (File.Exists(directory))
            {
                Error(directory, "is not a directory");
                return [];
            }

            return Directory.Exists(directory)
                ? [.. Directory.EnumerateFileSystemEntries(directory)
                    .Where(file => file.EndsWith(".conf", StringComparison.Ordinal) && !Path.GetFileName(file).StartsWith('.'))
                    .Order(StringComparer.Ordinal)]
                : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Error(directory, Reason(exception));
            return [];
        }
    }

    private void ReadFile(string file, bool mayBeMissing)
    {
        try
        {
            if (Directory.Exists(file))
            {
                Error(file, "is a directory, not a file");
                return;
            }

            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var content = new MemoryStream();
            Span<byte> part = stackalloc byte[4096];
            for (int read; content.Length <= LargestFile && (read = stream.Read(part)) > 0;)
            {
                content.Write(part[..read]);
            }

            if (content.Length > LargestFile)
            {
                Error(file, "is larger than 1 MiB");
                return;
            }

            _documents.Add(IniDocument.Parse(file, content.GetBuffer().AsSpan(0, (int)content.Length)));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            if (!mayBeMissing)
            {
                Error(file, "does not exist");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Error(file, Reason(exception));
        }
    }

    private static string Reason(Exception exception) =>
        exception is UnauthorizedAccessException ? "cannot be read: permission denied" : $"cannot be read: {exception.Message}";

    private void Error(string file, string message) => _errors.Add(new ConfigurationError(file, 0, null, message));
}
