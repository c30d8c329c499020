namespace EniAgent.Simulator;

/// <summary>The numbers of signals (signal(7)).</summary>
public static class Signals
{
    public const int Hangup = 1, Kill = 9, Terminate = 15, Continue = 18, Stop = 19;
}
