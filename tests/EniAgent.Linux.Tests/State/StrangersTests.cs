using System.Diagnostics;
using EniAgent.Core.Metadata;
using EniAgent.Core.Ownership;
using EniAgent.Core.Planning;
using EniAgent.Linux.Host;
using EniAgent.Linux.State;
using Tmds.Linux;

namespace EniAgent.Linux.Tests.State;

/// <summary>What other users of the machine may have put where the agent's files are: it is neither followed nor believed.</summary>
public sealed class StrangersTests : IDisposable
{
    private const string Nobody = "65534";

    private const UnixFileMode Folder = AtomicFile.Public | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly TemporaryFolder _folder = new();
    private readonly ListLogger<StateStore> _logger = new();
    private readonly AgentPaths _paths;

    public StrangersTests() => _paths = new AgentPaths(_folder["root"]);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_link_planted_in_the_place_of_the_lock_is_not_followed(bool leadsSomewhere)
    {
        Directory.CreateDirectory(_paths.RunFolder, Folder);
        var victim = _folder["victim"];
        if (leadsSomewhere)
        {
            await File.WriteAllTextAsync(victim, "precious");
            File.SetUnixFileMode(victim, AtomicFile.Public);
        }

        File.CreateSymbolicLink(_paths.Lock, victim);

        var failure = await Assert.ThrowsAnyAsync<IOException>(TakeAsync);

        Assert.Contains(_paths.Lock, failure.Message, StringComparison.Ordinal);
        Assert.Equal(leadsSomewhere, File.Exists(victim));
        if (leadsSomewhere)
        {
            Assert.Equal(("precious", AtomicFile.Public), (await File.ReadAllTextAsync(victim), File.GetUnixFileMode(victim)));
        }
    }

    [Theory]
    [InlineData("ledger.json")]
    [InlineData("snapshot.json")]
    public void A_link_planted_in_the_place_of_what_is_remembered_is_replaced_and_not_followed(string name)
    {
        Directory.CreateDirectory(_paths.RunFolder, Folder);
        var (victim, planted) = (_folder["victim"], Path.Combine(_paths.RunFolder, name));
        File.WriteAllText(victim, "precious");
        File.CreateSymbolicLink(planted, victim);
        File.CreateSymbolicLink(Path.Combine(_paths.RunFolder, $".{name}.new"), victim);
        var store = new StateStore(_paths, _logger);

        // What it leads to is no state of ours: the link is set aside, and what it leads to stays where it is.
        Assert.Equal(Ledger.Empty, store.ReadLedger());
        Assert.Null(store.ReadSnapshot().Snapshot);
        store.Write(Ledger.Empty);

        Assert.Equal("precious", File.ReadAllText(victim));
        Assert.NotEqual(victim, new FileInfo(planted).LinkTarget);
    }

    [Theory]
    [Trait("Needs", "root")]
    [InlineData("is another user's")]
    [InlineData("may be written by everybody")]
    [InlineData("is a link of another user's")]
    public async Task A_folder_that_others_can_fill_is_neither_believed_nor_written_to(string folder)
    {
        foreach (var path in (string[])[_paths.RunFolder, _paths.StateFolder])
        {
            Directory.CreateDirectory(path, Folder);
            new StateStore(_paths, _logger).Write(PersistentState.Empty with { InstanceId = "ins-forged" });
            switch (folder)
            {
                case "is another user's":
                    Run("chown", Nobody, path);
                    break;
                case "may be written by everybody":
                    File.SetUnixFileMode(path, Folder | UnixFileMode.OtherWrite);
                    break;
                default:
                    Directory.Move(path, path + ".elsewhere");
                    Directory.CreateSymbolicLink(path, path + ".elsewhere");
                    Run("chown", "-h", Nobody, path);
                    break;
            }
        }

        var store = new StateStore(_paths, _logger);
        Assert.Equal("", store.ReadState().InstanceId);
        Assert.Contains(_logger.Lines, line => line.Contains(_paths.StateFolder, StringComparison.Ordinal) && line.Contains("counts as empty", StringComparison.Ordinal));
        Assert.Contains(_paths.StateFolder, Assert.ThrowsAny<IOException>(() => store.Write(PersistentState.Empty)).Message, StringComparison.Ordinal);
        Assert.Contains(_paths.RunFolder, Assert.ThrowsAny<IOException>(() => store.Write(Ledger.Empty)).Message, StringComparison.Ordinal);
        var transaction = new Transaction(new MetadataSnapshot { InstanceId = "", PrimaryMac = default, Enis = [] }, [], default);
        Assert.Contains(_paths.RunFolder, Assert.ThrowsAny<IOException>(() => store.Write(transaction)).Message, StringComparison.Ordinal);
        Assert.Contains(_paths.RunFolder, (await Assert.ThrowsAnyAsync<IOException>(TakeAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_administrators_link_to_another_disk_is_followed()
    {
        var elsewhere = _folder["disk"];
        Directory.CreateDirectory(elsewhere, Folder);
        Directory.CreateDirectory(Path.GetDirectoryName(_paths.StateFolder)!);
        Directory.CreateSymbolicLink(_paths.StateFolder, elsewhere);
        var store = new StateStore(_paths, _logger);

        store.Write(PersistentState.Empty with { InstanceId = "ins-1" });

        Assert.Equal("ins-1", store.ReadState().InstanceId);
        Assert.Equal(["state.json"], Directory.GetFiles(elsewhere).Select(Path.GetFileName));
        using var held = await TakeAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0x3f)]
    public async Task Folders_are_for_all_to_read_and_what_is_remembered_for_nobody_else_whatever_the_umask(int umask)
    {
        // The umask is one for all threads, so it is put back at once.
        var former = LibC.umask((ushort)umask);
        try
        {
            using var held = await TakeAsync();
            var store = new StateStore(_paths, _logger);
            store.Write(PersistentState.Empty);
            store.Write(Ledger.Empty);
        }
        finally
        {
            LibC.umask(former);
        }

        Assert.All(Directory.GetDirectories(_paths.Root, "*", SearchOption.AllDirectories), path => Assert.Equal((path, Folder), (path, File.GetUnixFileMode(path))));
        var files = Directory.GetFiles(_paths.Root, "*", SearchOption.AllDirectories);
        Assert.Equal(3, files.Length);
        Assert.All(files, path => Assert.Equal((path, AtomicFile.Private), (path, File.GetUnixFileMode(path))));
    }

    private Task<InstanceLock> TakeAsync() => InstanceLock.TakeAsync(_paths.Lock, TimeSpan.Zero, TimeProvider.System, CancellationToken.None);

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
