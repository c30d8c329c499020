namespace EniAgent.Fuzz.Tests.Harness;

/// <summary>Makes an input that shows a problem shorter.</summary>
internal static class Shrinker
{
    private const int MostTries = 2000;

    /// <summary>The shortest input that was found to show the same problem.</summary>
    public static byte[] Shorten(Probe probe, byte[] input, FuzzProblem problem)
    {
        var tries = 0;
        for (var size = Math.Max(1, input.Length / 2); size > 0 && tries < MostTries; size /= 2)
        {
            for (var at = 0; at + size <= input.Length && tries < MostTries;)
            {
                tries++;
                byte[] shorter = [.. input.AsSpan(0, at), .. input.AsSpan(at + size)];
                if (probe.Check(shorter)?.Kind == problem.Kind)
                {
                    input = shorter;
                }
                else
                {
                    at += size;
                }
            }
        }

        return input;
    }
}
