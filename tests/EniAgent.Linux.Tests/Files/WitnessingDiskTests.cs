using EniAgent.Linux.Files;
using Microsoft.Extensions.Time.Testing;

namespace EniAgent.Linux.Tests.Files;

/// <summary>A look that need not be taken again: only while nothing at all has happened to what it has seen.</summary>
public sealed class WitnessingDiskTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    // By this clock, whatever was done until now is long ago.
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow.AddHours(1));
    private readonly WitnessingDisk _disk;

    public WitnessingDiskTests()
    {
        _disk = new WitnessingDisk(Disk.Instance, _time);
        File.WriteAllText(_folder["file"], "one");
        Directory.CreateDirectory(_folder["folder/below"]);
        File.WriteAllText(_folder["folder/below/deep"], "one");
        File.WriteAllText(_folder["other"], "one");
        File.CreateSymbolicLink(_folder["link"], "file");
        Directory.CreateSymbolicLink(_folder["linked"], "folder");
        See();
    }

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Events =>
    [
        "content", "content of the same size and time", "replaced", "deleted", "linked elsewhere", "link's file", "link becomes a file", "new in folder", "gone from folder",
        "new in linked folder", "linked folder elsewhere", "comes", "comes deep", "permissions", "becomes a folder", "folder above is another",
    ];

    [Fact]
    public void While_nothing_happens_it_is_as_seen()
    {
        Assert.True(_disk.IsAsSeen());
        Assert.True(_disk.IsAsSeen());

        // To what nobody has looked at anything may happen.
        File.WriteAllText(_folder["folder/below/unseen"], "x");
        Assert.True(_disk.IsAsSeen());
    }

    [Theory]
    [MemberData(nameof(Events))]
    public void Whatever_happens_is_noticed(string what)
    {
        switch (what)
        {
            case "content":
                File.AppendAllText(_folder["file"], "x");
                break;
            case "content of the same size and time":
                var time = File.GetLastWriteTimeUtc(_folder["file"]);
                File.WriteAllText(_folder["file"], "two");
                File.SetLastWriteTimeUtc(_folder["file"], time);
                Assert.Equal(time, File.GetLastWriteTimeUtc(_folder["file"]));
                break;
            case "replaced":
                File.Move(_folder["other"], _folder["file"], overwrite: true);
                break;
            case "deleted":
                File.Delete(_folder["file"]);
                break;
            case "linked elsewhere":
                File.Delete(_folder["link"]);
                File.CreateSymbolicLink(_folder["link"], "othr");
                break;
            case "link's file":
                File.WriteAllText(_folder["other"], "two");
                break;
            case "link becomes a file":
                File.Delete(_folder["link"]);
                File.WriteAllText(_folder["link"], "one");
                break;
            case "new in folder":
                File.WriteAllText(_folder["folder/new"], "");
                break;
            case "gone from folder":
                Directory.Move(_folder["folder/below"], _folder["gone"]);
                break;
            case "new in linked folder":
                Directory.CreateDirectory(_folder["folder/more"]);
                break;
            case "linked folder elsewhere":
                Directory.CreateDirectory(_folder["another/below"]);
                Directory.Delete(_folder["linked"]);
                Directory.CreateSymbolicLink(_folder["linked"], "another");
                break;
            case "comes":
                File.WriteAllText(_folder["missing"], "");
                break;
            case "comes deep":
                Directory.CreateDirectory(_folder["none/at"]);
                File.WriteAllText(_folder["none/at/all"], "");
                break;
            case "permissions":
                File.SetUnixFileMode(_folder["file"], UnixFileMode.UserRead);
                break;
            case "becomes a folder":
                File.Delete(_folder["file"]);
                Directory.CreateDirectory(_folder["file"]);
                break;
            default:
                Directory.Move(_folder["folder"], _folder["former"]);
                Directory.CreateDirectory(_folder["folder/below"]);
                File.WriteAllText(_folder["folder/below/deep"], "one");
                break;
        }

        Assert.False(_disk.IsAsSeen());
        See();
        Assert.True(_disk.IsAsSeen());
    }

    [Fact]
    public void What_has_just_changed_is_no_witness()
    {
        var disk = new WitnessingDisk(Disk.Instance, TimeProvider.System);
        File.WriteAllText(_folder["file"], "two");
        disk.Begin();
        disk.Read(_folder["file"]);
        Assert.False(disk.IsAsSeen());

        SpinWait.SpinUntil(() => DateTime.UtcNow - File.GetLastWriteTimeUtc(_folder["file"]) > 2 * WitnessingDisk.Settling, TimeSpan.FromSeconds(10));
        disk.Begin();
        disk.Read(_folder["file"]);
        Assert.True(disk.IsAsSeen());
    }

    [Fact]
    public void Where_the_clock_of_files_is_ahead_nothing_is_a_witness()
    {
        var disk = new WitnessingDisk(Disk.Instance, new FakeTimeProvider(DateTimeOffset.UtcNow.AddHours(-1)));
        disk.Begin();
        disk.Look(_folder["file"]);

        Assert.False(disk.IsAsSeen());
    }

    [Fact]
    public void What_is_written_through_it_is_no_more_as_seen()
    {
        var writes = new Action[]
        {
            () => _disk.Create(_folder["made"], [], UnixFileMode.UserRead, owner: null, durable: false),
            () => _disk.Rename(_folder["made"], _folder["renamed"]),
            () => _disk.Exchange(_folder["renamed"], _folder["other"]),
            () => _disk.Delete(_folder["renamed"]),
            () => _disk.CreateFolder(_folder["made"]),
        };
        Assert.All(writes, write =>
        {
            See();
            Assert.True(_disk.IsAsSeen());
            write();
            Assert.False(_disk.IsAsSeen());
        });
    }

    [Fact]
    public void Before_a_look_was_begun_and_when_it_was_believed_often_enough_it_is_taken_again()
    {
        Assert.False(new WitnessingDisk(Disk.Instance, _time).IsAsSeen());

        for (var time = 0; time < WitnessingDisk.MostTimes; time++)
        {
            Assert.True(_disk.IsAsSeen());
        }

        Assert.False(_disk.IsAsSeen());
        See();
        Assert.True(_disk.IsAsSeen());
    }

    [Fact]
    public void To_see_that_nothing_has_happened_makes_next_to_nothing()
    {
        _disk.IsAsSeen();
        var before = GC.GetAllocatedBytesForCurrentThread();

        _disk.IsAsSeen();

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 500);
    }

    private void See()
    {
        _disk.Begin();
        _disk.Look(_folder["folder"]);
        _disk.Look(_folder["file"]);
        _disk.Look(_folder["link"]);
        _disk.Look(_folder["missing"]);
        _disk.Look(_folder["none/at/all"]);
        _disk.List(_folder["folder"]);
        _disk.List(_folder["linked"]);
        foreach (var path in new[] { "file", "folder/below/deep", "link", "other" })
        {
            // Some of them are gone when they are looked for again.
            Record.Exception(() => _disk.Read(_folder[path]));
        }
    }
}
