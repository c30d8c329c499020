namespace EniAgent.Chaos.Soak;

/// <summary>What the agent holds and has used at a moment. Whatever only grows counts from the first sample on.</summary>
internal sealed record Sample
{
    /// <summary>When, in minutes.</summary>
    public required double Minutes { get; init; }

    /// <summary>Memory that nobody else has, in MB.</summary>
    public double PrivateDirty { get; init; }

    /// <summary>Its share of all memory that it has mapped, in MB.</summary>
    public double Pss { get; init; }

    /// <summary>Open descriptors.</summary>
    public double Descriptors { get; init; }

    /// <summary>Threads.</summary>
    public double Threads { get; init; }

    /// <summary>Lines of the log.</summary>
    public double Lines { get; init; }

    /// <summary>How many lines what has happened is worth.</summary>
    public double LinesAllowed { get; init; }

    /// <summary>Requests for metadata.</summary>
    public double Requests { get; init; }

    /// <summary>How many requests the polls and what has happened are worth.</summary>
    public double RequestsAllowed { get; init; }

    /// <summary>Requests for anything but the lists of ENIs and of addresses.</summary>
    public double Documents { get; init; }

    /// <summary>How many of these the polls and what has happened are worth.</summary>
    public double DocumentsAllowed { get; init; }

    /// <summary>Processor time, in seconds.</summary>
    public double Processor { get; init; }

    /// <summary>Attached ENIs.</summary>
    public double Enis { get; init; }

    /// <summary>What has happened.</summary>
    public double Changes { get; init; }
}
