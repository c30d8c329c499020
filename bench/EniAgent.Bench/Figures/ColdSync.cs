using EniAgent.Bench.Results;
using EniAgent.Bench.Running;
using EniAgent.Bench.Worlds;

namespace EniAgent.Bench.Figures;

/// <summary>A first <c>sync</c>, beside who reads the same documents with curl and makes the same objects with <c>ip -batch</c>.</summary>
internal sealed class ColdSync : IFigure
{
    public string Name => "cold-sync";

    public bool IsQuick => true;

    public async Task<Result> MeasureAsync(Setting setting)
    {
        await using var world = await World.CreateAsync(setting.Agent);
        var batch = IpBatch.Of(await world.OutputAsync("plan", "--json"));
        var (add, delete) = (world.Write("add", batch.Add), world.Write("delete", batch.Delete));

        // A disk that is waited for is a part of it, but not of its peer; so it is also run without one.
        using var memory = new MemoryFolder();

        // What the agent asks for is what curl is told to ask for, each document once and all over one connection.
        var before = world.Vpc.Metadata.RequestCount;
        Cold();
        var asked = world.Vpc.Metadata.Requests.Skip(before).ToArray();
        var documents = asked.Select(request => request.Path).Distinct().ToArray();
        var urls = world.Write("urls", documents.SelectMany(path => new[] { $"url = http://169.254.0.23{path}", "output = /dev/null" }));

        var series = await Rounds.RunAsync(
            setting.Rounds,
            ("eni-agent sync", () => Task.FromResult(Cold())),
            ("curl, then ip -batch", () => Task.FromResult(Peers())),
            ("eni-agent sync, its files in memory", () => Task.FromResult(ColdIn(memory.Path))));
        var (ours, theirs, inMemory) = (series[0], series[1], series[2]);
        var arguments = new[] { "sync", "--root", world.Root };
        ours = ours with { PeakMemory = Wrapped.PeakMemory(world.Stage, world.Folder, setting.Agent, arguments) };
        Forget();
        ours = ours with { SystemCalls = Wrapped.SystemCalls(world.Stage, world.Folder, setting.Agent, arguments) };
        Forget();
        theirs = theirs with
        {
            PeakMemory = Math.Max(
                Wrapped.PeakMemory(world.Stage, world.Folder, "curl", "-s", "-K", urls),
                Wrapped.PeakMemory(world.Stage, world.Folder, "ip", "-batch", add)),
        };
        Undo();
        theirs = theirs with
        {
            SystemCalls = Wrapped.SystemCalls(world.Stage, world.Folder, "curl", "-s", "-K", urls)
                + Wrapped.SystemCalls(world.Stage, world.Folder, "ip", "-batch", add),
        };
        return new Result
        {
            Name = Name,
            Title = FormattableString.Invariant($"8 ENIs × 30 addresses from nothing: {documents.Length} documents, {batch.Add.Count} objects"),
            Findings =
            [
                Finding.Of("cold `sync`, 8 ENIs × 30 addresses, exec to exit", ours, theirs, limit: 1),
                Finding.Of("– its files in memory", inMemory, theirs, limit: null),
            ],
            Series = [ours, theirs, inMemory],
            Notes = [FormattableString.Invariant($"The agent made {asked.Length} requests over {asked.Select(request => request.Connection).Distinct().Count()} connections, curl {documents.Length} over one.")],
        };

        Use Cold()
        {
            var use = world.Run("sync");
            Forget();
            return use;
        }

        Use ColdIn(string root)
        {
            var use = world.Stage.Run(setting.Agent, "sync", "--root", root);
            world.Stage.Run(setting.Agent, "release", "--root", root);
            Undo();
            Directory.Delete(root, recursive: true);
            Directory.CreateDirectory(root);
            return use;
        }

        Use Peers()
        {
            var use = world.Stage.Run("curl", "-s", "-K", urls) + world.Stage.Run("ip", "-batch", add);
            Undo();
            return use;
        }

        void Forget()
        {
            world.Run("release");
            Undo();
            world.ClearRoot();
        }

        // -force: much of it is gone with the release, or with a link's last address.
        void Undo() => world.Stage.Try("ip", "-force", "-batch", delete);
    }
}
