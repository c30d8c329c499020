using EniAgent.Commands;

return await AgentCommandLine.RunAsync(args).ConfigureAwait(false);
