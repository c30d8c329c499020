namespace EniAgent.Bench.Results;

/// <summary>Points of a picture, by the number of something.</summary>
/// <param name="Name">What it is.</param>
/// <param name="X">How many there were.</param>
/// <param name="Y">What they took, in ms.</param>
internal sealed record Line(string Name, double[] X, double[] Y);
