using System.CommandLine;
using System.CommandLine.Invocation;
using EniAgent.Reporting;

namespace EniAgent.Commands;

/// <summary>Prints the version.</summary>
internal sealed class VersionText : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine(StatusBuilder.Version);
        return ExitCode.Done;
    }
}
