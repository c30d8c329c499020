namespace EniAgent.Bench.Results;

/// <summary>One row of the table of all figures.</summary>
internal sealed record Finding
{
    /// <summary>What was measured.</summary>
    public required string What { get; init; }

    /// <summary>What it was measured against.</summary>
    public string Against { get; init; } = "";

    /// <summary>Our own value with its unit.</summary>
    public required string Ours { get; init; }

    /// <summary>That of the peer with its unit.</summary>
    public string Theirs { get; init; } = "";

    /// <summary>What counts: a ratio, or a value.</summary>
    public required double Value { get; init; }

    /// <summary>What it is in; × for a ratio.</summary>
    public string Unit { get; init; } = "×";

    /// <summary>What it may be at most; null for a figure without a target.</summary>
    public double? Limit { get; init; }

    /// <summary>Whether it is within its target; null for a figure without one.</summary>
    public bool? IsMet => Limit is { } limit ? Value <= limit : null;

    /// <summary>A series beside another one.</summary>
    public static Finding Of(string what, Series ours, Series theirs, double? limit) => new()
    {
        What = what,
        Against = theirs.Name,
        Ours = Text.Value(Quantile.Median(ours.Values), ours.Unit),
        Theirs = Text.Value(Quantile.Median(theirs.Values), theirs.Unit),
        Value = Quantile.Ratio(ours, theirs),
        Limit = limit,
    };

    /// <summary>A value that is judged by itself.</summary>
    public static Finding Of(string what, double value, string unit, double? limit = null) => new()
    {
        What = what,
        Ours = Text.Value(value, unit),
        Value = value,
        Unit = unit,
        Limit = limit,
    };

    /// <summary>The finding in a line.</summary>
    public override string ToString() =>
        $"{What}: {Text.Value(Value, Unit)}{(Limit is { } limit ? $", target {Text.Value(limit, Unit)}{(Value <= limit ? "" : ", MISSED")}" : "")}{(Theirs.Length > 0 ? $" ({Ours} against {Theirs} of {Against})" : "")}";
}
