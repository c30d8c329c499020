namespace EniAgent.Commands;

/// <summary>The exit codes of every command: a contract with scripts.</summary>
internal static class ExitCode
{
    /// <summary>In sync, or done.</summary>
    public const int Done = 0;

    /// <summary>Some steps failed; the rest is done.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage or configuration; nothing was changed.</summary>
    public const int Usage = 2;

    /// <summary>Metadata is unavailable or not to be trusted; nothing was changed.</summary>
    public const int NoMetadata = 3;

    /// <summary><c>plan --exit-code</c>: there are changes; <c>doctor</c>: there are findings.</summary>
    public const int Changes = 4;

    /// <summary>Applied, the probe failed, rolled back.</summary>
    public const int RolledBack = 5;
}
