using EniAgent.Commands;
using EniAgent.IO;
using EniAgent.Startup;

StandardDescriptors.Secure();

// What ends in a moment need not collect its garbage before it does; the service must.
if (!args.Contains("daemon"))
{
    GC.TryStartNoGCRegion(8 << 20);
}

return Reactor.Shared.Run(() => AgentCommandLine.RunAsync(args));
