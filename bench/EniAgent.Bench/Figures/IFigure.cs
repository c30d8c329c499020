using EniAgent.Bench.Results;

namespace EniAgent.Bench.Figures;

/// <summary>One thing that is measured, with whom it is measured beside.</summary>
internal interface IFigure
{
    /// <summary>Its name, as the file with its results is called.</summary>
    string Name { get; }

    /// <summary>Whether it is worth its time in <c>make bench</c>.</summary>
    bool IsQuick { get; }

    /// <summary>Measures it.</summary>
    Task<Result> MeasureAsync(Setting setting);
}

/// <summary>How to measure.</summary>
/// <param name="Agent">The agent's binary.</param>
/// <param name="IsFull">As <c>make bench-full</c> does.</param>
/// <param name="GoogleRoot">The root with Google's guest agent; null where there is none.</param>
internal sealed record Setting(string Agent, bool IsFull, string? GoogleRoot)
{
    /// <summary>How often contestants run in turn.</summary>
    public int Rounds => IsFull ? 31 : 15;
}
