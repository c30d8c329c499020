using EniAgent.Configuration;

namespace EniAgent.Commands;

/// <summary><c>eni-agent config</c>: the configuration in effect and where each value comes from.</summary>
internal static class ConfigCommand
{
    public static int Run(CommandContext context, bool checkOnly)
    {
        var configuration = context.LoadConfiguration();
        if (!checkOnly)
        {
            ConfigurationWriter.Write(configuration, Console.Out, context.Options.Json);
        }

        return ExitCode.Done;
    }
}
