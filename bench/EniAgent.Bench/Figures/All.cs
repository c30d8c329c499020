namespace EniAgent.Bench.Figures;

/// <summary>Everything that is measured, in the order of the document.</summary>
internal static class All
{
    public static IReadOnlyList<IFigure> Figures { get; } = 
    [
        new ColdSync(), new Apply(), new QuietSync(), new HotPlug(), new Assign(), new Drift(), new IdleDaemon(), new IdleMinute(), new Growth(), new Noise(), new Start(),
        new Binary(), new RuleCost(),
    ];
}
