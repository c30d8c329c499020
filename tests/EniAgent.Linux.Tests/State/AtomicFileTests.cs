using System.Text;
using EniAgent.Linux.State;
using Tmds.Linux;

namespace EniAgent.Linux.Tests.State;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File_ => _folder["state.json"];

    // As a crash between two calls leaves it.
    private string Leftover => _folder[".state.json.new"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_content_is_written_whole_and_nothing_else_is_left(bool durable)
    {
        AtomicFile.Write(File_, "one — é", AtomicFile.Private, durable);

        Assert.Equal("one — é", File.ReadAllText(File_));
        Assert.Equal(["state.json"], _folder.Names);
    }

    [Fact]
    public void Missing_folders_are_made()
    {
        AtomicFile.Write(_folder["a/b/file"], "x", AtomicFile.Public, durable: true);
        AtomicFile.WriteOften(_folder["c/d/file"], "y"u8, AtomicFile.Public);

        Assert.Equal("x", File.ReadAllText(_folder["a/b/file"]));
        Assert.Equal("y", File.ReadAllText(_folder["c/d/file"]));
    }

    [Fact]
    public void What_may_not_be_written_says_so()
    {
        File.WriteAllText(_folder["no folder"], "");

        Assert.ThrowsAny<IOException>(() => AtomicFile.WriteOften(_folder["no folder/file"], "x"u8, AtomicFile.Public));
        Assert.ThrowsAny<IOException>(() => AtomicFile.WriteOften("/proc/file", "x"u8, AtomicFile.Public));
    }

    [Theory]
    [InlineData(AtomicFile.Private, false)]
    [InlineData(AtomicFile.Public, false)]
    [InlineData(AtomicFile.Private, true)]
    [InlineData(AtomicFile.Public, true)]
    public void The_mode_is_the_one_asked_for_whatever_the_umask(UnixFileMode mode, bool often)
    {
        // A shell with umask 077 must not make the status file unreadable for others. The umask is one for all threads, so it is put back at once.
        var former = LibC.umask(0x3f);
        try
        {
            Write(often, "x", mode);
        }
        finally
        {
            LibC.umask(former);
        }

        Assert.Equal(mode, File.GetUnixFileMode(File_));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_former_file_with_another_mode_gets_the_one_asked_for(bool often)
    {
        File.WriteAllText(File_, "old");
        File.SetUnixFileMode(File_, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite);

        Write(often, "new", AtomicFile.Private);

        Assert.Equal(AtomicFile.Private, File.GetUnixFileMode(File_));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Whoever_has_the_old_file_open_goes_on_reading_the_old_content(bool often)
    {
        Write(often, "old", AtomicFile.Public);
        using var reader = new StreamReader(new FileStream(File_, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));

        Write(often, "new and longer", AtomicFile.Public);

        Assert.Equal("old", reader.ReadToEnd());
        Assert.Equal("new and longer", File.ReadAllText(File_));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_leftover_of_a_crash_is_no_obstacle(bool often)
    {
        File.WriteAllText(Leftover, "half of someth");

        Write(often, "new", AtomicFile.Private);

        Assert.Equal("new", File.ReadAllText(File_));
        Assert.Equal(["state.json"], _folder.Names);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_link_planted_in_the_place_of_the_temporary_file_is_not_written_through(bool often)
    {
        File.WriteAllText(_folder["victim"], "precious");
        File.CreateSymbolicLink(Leftover, _folder["victim"]);

        Write(often, "new", AtomicFile.Private);

        Assert.Equal("precious", File.ReadAllText(_folder["victim"]));
        Assert.Equal("new", File.ReadAllText(File_));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_link_planted_in_the_place_of_the_file_is_replaced_and_not_followed(bool often)
    {
        File.WriteAllText(_folder["victim"], "precious");
        File.CreateSymbolicLink(File_, _folder["victim"]);

        Write(often, "new", AtomicFile.Private);

        Assert.Equal("precious", File.ReadAllText(_folder["victim"]));
        Assert.Null(new FileInfo(File_).LinkTarget);
        Assert.Equal("new", File.ReadAllText(File_));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_failure_leaves_what_was_there_and_no_temporary_file(bool often)
    {
        // A folder with something in it cannot be replaced by a file.
        Directory.CreateDirectory(File_);
        File.WriteAllText(Path.Combine(File_, "inside"), "old");

        Assert.ThrowsAny<IOException>(() => Write(often, "new", AtomicFile.Private));

        Assert.Equal("old", File.ReadAllText(Path.Combine(File_, "inside")));
        Assert.Equal(["state.json"], _folder.Names);
    }

    private void Write(bool often, string text, UnixFileMode mode)
    {
        if (often)
        {
            AtomicFile.WriteOften(File_, Encoding.UTF8.GetBytes(text), mode);
        }
        else
        {
            AtomicFile.Write(File_, text, mode, durable: false);
        }
    }
}
