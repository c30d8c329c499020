namespace EniAgent.Bench.Running;

/// <summary>What one run took: of a process from exec to exit, as wait4(2) tells it, or of something else that has only a time.</summary>
/// <param name="Milliseconds">Time that passed.</param>
/// <param name="Processor">Processor time in milliseconds.</param>
/// <param name="Switches">Context switches, voluntary or not.</param>
internal readonly record struct Use(double Milliseconds, double? Processor = null, long? Switches = null)
{
    /// <summary>One after the other.</summary>
    public static Use operator +(Use a, Use b) => new(a.Milliseconds + b.Milliseconds, a.Processor + b.Processor, a.Switches + b.Switches);

    /// <summary>What the first took more.</summary>
    public static Use operator -(Use a, Use b) => new(a.Milliseconds - b.Milliseconds, a.Processor - b.Processor, a.Switches - b.Switches);
}
