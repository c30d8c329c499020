using EniAgent.Integration.Tests.Fixture;

namespace EniAgent.Integration.Tests.StaticBinary;

/// <summary>The file that is shipped asks nothing of the machine but a kernel.</summary>
// No agent runs.
[Trait("Confined", "no")]
public sealed class FileTests
{
    private const int Most = 12_000_000;

    private readonly ElfFile _file = new(AgentBinary.Path);

    [Fact]
    public void It_needs_no_loader_and_no_library()
    {
        Assert.DoesNotContain(ElfFile.Interpreter, _file.Segments);
        Assert.DoesNotContain(ElfFile.Needed, _file.DynamicTags);
    }

    [Fact]
    public void It_needs_no_version_of_a_library() => Assert.DoesNotContain(".gnu.version_r", _file.Sections);

    [Fact]
    public void It_is_at_most_12_MB() => Assert.InRange(_file.Length, 1, Most);

    [Fact]
    public void A_program_with_libraries_is_told_from_one_without()
    {
        // The runtime that runs this test is linked the usual way.
        var other = new ElfFile(Environment.ProcessPath!);

        Assert.Contains(ElfFile.Interpreter, other.Segments);
        Assert.Contains(ElfFile.Needed, other.DynamicTags);
        Assert.Contains(".gnu.version_r", other.Sections);
    }
}
