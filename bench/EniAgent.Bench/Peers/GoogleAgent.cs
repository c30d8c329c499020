using EniAgent.Bench.Running;
using EniAgent.Bench.Worlds;

namespace EniAgent.Bench.Peers;

/// <summary>Google's guest agent in a namespace and a root of its own, where it can reach and change nothing.</summary>
internal sealed class GoogleAgent : IAsyncDisposable
{
    private readonly GoogleMetadata _metadata;
    private readonly int _pid;

    private GoogleAgent(GoogleMetadata metadata, int pid) => (_metadata, _pid) = (metadata, pid);

    /// <summary>What it holds and has used.</summary>
    public ProcessState State => ProcessState.Of(_pid);

    /// <summary>Starts it.</summary>
    /// <param name="world">Whose namespaces it goes with.</param>
    /// <param name="root">The folder that it takes for its whole file system; build/google-guest-agent.sh makes it.</param>
    public static async Task<GoogleAgent> StartAsync(World world, string root)
    {
        var inside = await world.Vpc.AddNamespaceAsync("google");
        var metadata = await GoogleMetadata.StartAsync(inside);
        var (pid, _) = new Stage(inside, Path.Combine(world.Folder, "google")).Start("chroot", [root, "/usr/bin/google_guest_agent"], "LANG=C");
        return new GoogleAgent(metadata, pid);
    }

    public async ValueTask DisposeAsync()
    {
        // It waits for metadata, which never comes, before it heeds a signal: its metadata goes first.
        await _metadata.DisposeAsync();
        Stage.End(_pid);
    }
}
