namespace EniAgent.Bench.Results;

/// <summary>What a figure brought: a file beside the document.</summary>
internal sealed record Result
{
    /// <summary>The figure's name, as the file is called and the place in the document.</summary>
    public required string Name { get; init; }

    /// <summary>What was compared, in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>The day it was measured.</summary>
    public DateOnly Day { get; init; } = DateOnly.FromDateTime(DateTime.UtcNow);

    /// <summary>The machine it was measured on.</summary>
    public Machine Machine { get; init; } = Machine.This;

    /// <summary>Its rows of the table of all figures.</summary>
    public required Finding[] Findings { get; init; }

    /// <summary>The runs.</summary>
    public Series[] Series { get; init; } = [];

    /// <summary>Figures that are no runs, as a table with its head.</summary>
    public string[][] Table { get; init; } = [];

    /// <summary>Figures by the number of something.</summary>
    public Line[] Lines { get; init; } = [];

    /// <summary>What else there is to be known, a line each.</summary>
    public string[] Notes { get; init; } = [];
}
