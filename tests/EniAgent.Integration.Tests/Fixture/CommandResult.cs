namespace EniAgent.Integration.Tests.Fixture;

/// <summary>What came of a command of the agent.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>Everything, for a failed assertion.</summary>
    public override string ToString() => $"exit code {ExitCode}\n{Output}{Error}";
}
