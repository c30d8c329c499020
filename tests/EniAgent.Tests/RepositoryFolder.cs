namespace EniAgent.Tests;

/// <summary>The repository that is tested: what stands in it beside the code is held against the code.</summary>
internal static class RepositoryFolder
{
    // A deterministic build does not tell where the sources are: they are looked for from its output upwards.
    private static readonly string Folder = Find();

    /// <summary>The path of one of its files.</summary>
    public static string PathOf(string file) => Path.Combine(Folder, file);

    /// <summary>The text of one of its files.</summary>
    public static string Read(string file) => File.ReadAllText(PathOf(file));

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "EniAgent.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("the tests do not run inside the repository");
        }

        return folder;
    }
}
