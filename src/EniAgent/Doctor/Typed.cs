using System.Buffers;

namespace EniAgent.Doctor;

/// <summary>Names and paths as they are typed: others choose them, and a shell must take each as one word.</summary>
internal static class Typed
{
    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./:@%+=,");

    /// <summary>One word, quoted where a shell would make something else of it.</summary>
    public static string Word(string text) =>
        text.Length > 0 && !text.AsSpan().ContainsAnyExcept(Plain) ? text : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>A file of the machine's, below the root that is looked at.</summary>
    public static string File(Examination facts, string path) => Word(facts.Root.TrimEnd('/') + path);
}
