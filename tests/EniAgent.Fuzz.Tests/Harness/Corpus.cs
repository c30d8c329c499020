using System.Security.Cryptography;

namespace EniAgent.Fuzz.Tests.Harness;

/// <summary>The inputs that are kept: Corpus/TARGET/*, one a file. What once failed stays there.</summary>
internal static class Corpus
{
    /// <summary>The files of a target, by name.</summary>
    public static IReadOnlyList<string> Files(string target)
    {
        var folder = RepositoryFolder.PathOf($"tests/EniAgent.Fuzz.Tests/Corpus/{target}");
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>Everything that a target's inputs are made of.</summary>
    public static IReadOnlyList<byte[]> SeedsOf(string name, FuzzTarget target) => [.. Files(name).Select(File.ReadAllBytes), .. target.Seeds];

    /// <summary>Writes an input that failed where whoever looks for it finds it.</summary>
    /// <returns>The file.</returns>
    public static string Keep(string target, byte[] input)
    {
        var folder = Directory.CreateDirectory(RepositoryFolder.PathOf($"artifacts/fuzz/{target}")).FullName;
        var file = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(input))[..12]);
        File.WriteAllBytes(file, input);
        return file;
    }
}
