using EniAgent.Simulator;
using EniAgent.Simulator.CommandLine;

const string usage =
    """
    eni-simulator: a VPC in network namespaces of this machine (needs root)

      eni-simulator up [--subnets N] [--enis N] [--secondary N]
                                    make one with a guest; commands are read from standard input
      eni-simulator up --metadata FILE
                                    make the one that 'eni-agent snapshot' has saved
      eni-simulator demo --agent PATH
                                    show what the agent does in one, then remove everything
      eni-simulator cleanup         remove what simulators that died left behind

    """;
try
{
    var options = new Arguments(args);
    if (options.Command is "up" or "demo" or "cleanup" && !Environment.IsPrivilegedProcess)
    {
        await Console.Error.WriteLineAsync("eni-simulator: network namespaces need root");
        return 1;
    }
    switch (options.Command)
    {
        case "up" when options.Has("--metadata"):
            return await UpCommand.RunAsync(SavedCloud.Read(options.Text("--metadata")), options.Done());
        case "up":
            return await UpCommand.RunAsync(
                options.Number("--subnets", 2), options.Number("--enis", 1), options.Number("--secondary", 0), options.Done());
        case "demo":
            return await DemoCommand.RunAsync(options.Text("--agent"), options.Done());
        case "cleanup":
            options.Done();
            foreach (var name in await Vpc.CleanupAsync())
            {
                Console.WriteLine($"removed {name}");
            }
            return 0;
        case "" or "--help" or "-h" or "help":
            Console.Write(usage);
            return 0;
        default:
            throw new ArgumentException($"unknown command '{options.Command}'");
    }
}
catch (ArgumentException e)
{
    await Console.Error.WriteLineAsync($"eni-simulator: {e.Message}\n\n{usage}");
    return 2;
}
