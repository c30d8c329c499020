namespace EniAgent.Chaos.Soak;

/// <summary>A figure over time, and how it may go.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="Title">What it is, with its unit.</param>
/// <param name="Value">The figure.</param>
internal sealed record Series(string Name, string Title, Func<Sample, double> Value)
{
    /// <summary>What it may grow by at most once the agent is warm; null where it may grow.</summary>
    public double? Tolerance { get; init; }

    /// <summary>What it may not exceed at any moment; null for none.</summary>
    public Func<Sample, double>? Allowed { get; init; }

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Series> All { get; } =
    [
        new("private_dirty_mb", "private memory, MB", sample => sample.PrivateDirty) { Tolerance = 1.5 },
        new("pss_mb", "memory (PSS), MB", sample => sample.Pss) { Tolerance = 1.5 },
        new("descriptors", "open descriptors", sample => sample.Descriptors) { Tolerance = 2 },
        new("threads", "threads", sample => sample.Threads) { Tolerance = 2 },
        new("log_lines", "log lines", sample => sample.Lines) { Allowed = sample => sample.LinesAllowed },
        new("requests", "metadata requests", sample => sample.Requests) { Allowed = sample => sample.RequestsAllowed },
        new("documents", "of these, not for lists", sample => sample.Documents) { Allowed = sample => sample.DocumentsAllowed },
        new("processor_s", "processor time, s", sample => sample.Processor),
        new("enis", "attached ENIs", sample => sample.Enis),
        new("changes", "changes of every kind", sample => sample.Changes),
    ];
}
