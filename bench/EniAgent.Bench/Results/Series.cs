using EniAgent.Bench.Running;

namespace EniAgent.Bench.Results;

/// <summary>The runs of one contestant, in the order in which they were made: two series of a result have been made in turn.</summary>
internal sealed record Series
{
    /// <summary>Who ran.</summary>
    public required string Name { get; init; }

    /// <summary>What the values are in.</summary>
    public string Unit { get; init; } = "ms";

    /// <summary>A value a run.</summary>
    public required double[] Values { get; init; }

    /// <summary>Processor time, median, in ms.</summary>
    public double? Processor { get; init; }

    /// <summary>Context switches, median.</summary>
    public double? Switches { get; init; }

    /// <summary>The most memory that was resident, in kB, of one more run.</summary>
    public long? PeakMemory { get; init; }

    /// <summary>System calls of one more run.</summary>
    public long? SystemCalls { get; init; }

    /// <summary>Makes a series of runs.</summary>
    public static Series Of(string name, IReadOnlyList<Use> uses) => new()
    {
        Name = name,
        Values = [.. uses.Select(use => use.Milliseconds)],
        Processor = Quantile.Median(uses.Select(use => use.Processor)),
        Switches = Quantile.Median(uses.Select(use => (double?)use.Switches)),
    };
}
