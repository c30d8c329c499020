namespace EniAgent.Integration.Tests.Fixture;

/// <summary>Where the program under test is: the file that is shipped, unless ENI_AGENT names another.</summary>
internal static class AgentBinary
{
    /// <summary>The environment variable that names another file.</summary>
    public const string Variable = "ENI_AGENT";

    private static readonly Lazy<string> Found = new(Find);

    /// <summary>Its path.</summary>
    /// <exception cref="FileNotFoundException">It was not built.</exception>
    public static string Path => Found.Value;

    /// <summary>The repository's folder.</summary>
    /// <exception cref="FileNotFoundException">The tests do not run inside it.</exception>
    public static string Repository
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(System.IO.Path.Combine(folder.FullName, "EniAgent.sln")))
                {
                    return folder.FullName;
                }
            }

            throw new FileNotFoundException($"there is no EniAgent.sln above {AppContext.BaseDirectory}: name the program in {Variable}");
        }
    }

    private static string Find()
    {
        if (Confinement.IsInForce)
        {
            throw new InvalidOperationException("this would run the program unconfined: such a test is one of those with the trait Confined=no");
        }

        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
        {
            return File.Exists(given) ? given : throw new FileNotFoundException($"{Variable}={given}: there is no such file");
        }

        var path = System.IO.Path.Combine(Repository, "artifacts/bin/eni-agent");
        return File.Exists(path) ? path : throw new FileNotFoundException($"there is no {path}: run make build first");
    }
}
