namespace EniAgent.Chaos;

/// <summary>signal(7).</summary>
internal static class Signals
{
    public const int Hangup = 1, Kill = 9, Continue = 18, Stop = 19;
}
