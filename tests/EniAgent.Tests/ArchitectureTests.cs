using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace EniAgent.Tests;

/// <summary>Which way dependencies point: each project refers to what it may, and to nothing else.</summary>
public class ArchitectureTests
{
    private const string Logging = "Microsoft.Extensions.Logging.Abstractions";

    // What a project may refer to, projects and packages alike. Packages that only help the compiler are not counted.
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["EniAgent.Core"] = [],
        ["EniAgent.IO"] = ["Tmds.LibC"],
        ["EniAgent.Netlink"] = ["EniAgent.IO", "Tmds.LibC"],
        ["EniAgent.Metadata"] = ["EniAgent.Core", "EniAgent.IO", "Polly.Core", Logging],
        ["EniAgent.Linux"] = ["EniAgent.Core", "EniAgent.Netlink", Logging],
        ["EniAgent.Persistence"] = ["EniAgent.Core", "EniAgent.Linux", "YamlDotNet"],
    };

    // Core is pure: these name input and output, a clock, randomness of its own, threads and logs.
    private static readonly string[] Impure =
    [
        "System.Console", "System.Diagnostics.", "System.IO.", "System.Net.Dns", "System.Net.Http.", "System.Net.Sockets.Socket", "System.Net.Sockets.NetworkStream",
        "System.Threading.Thread", "System.Threading.Timer", "System.TimeProvider", "System.Security.Cryptography.",
        "System.Runtime.InteropServices.Marshal", "System.Runtime.InteropServices.NativeLibrary", "Microsoft.Extensions.",
    ];

    private static readonly string[] ImpureMembers =
    [
        "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTime.get_Today", "System.DateTimeOffset.get_Now", "System.DateTimeOffset.get_UtcNow",
        "System.Random.get_Shared", "System.Random..ctor", "System.Guid.NewGuid", "System.Threading.Tasks.Task.Delay", "System.Threading.Tasks.Task.Run",
        "System.Environment.Get", "System.Environment.get_TickCount", "System.Environment.get_MachineName", "System.Environment.get_NewLine", "System.Environment.Exit",
    ];

    public static TheoryData<string> Libraries { get; } = [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_project_file_refers_only_to_what_it_may(string project)
    {
        var file = XDocument.Load(Path.Combine(Sources(), project, project + ".csproj"));
        var references = file.Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')))
            .Concat(file.Descendants("PackageReference").Where(r => r.Attribute("PrivateAssets")?.Value != "all").Select(r => r.Attribute("Include")!.Value));

        Assert.Empty(references.Except(Allowed[project]));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void An_assembly_refers_only_to_what_it_may(string project)
    {
        using var assembly = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, project + ".dll")));
        var reader = assembly.GetMetadataReader();
        var references = reader.AssemblyReferences.Select(handle => reader.GetString(reader.GetAssemblyReference(handle).Name)).Where(name => !IsBaseLibrary(name));

        Assert.Empty(references.Except(Allowed[project]));
    }

    [Fact]
    public void Core_and_netlink_meet_only_in_linux_and_in_nothing_that_is_built_on_it()
    {
        var both = Directory.GetFiles(Sources(), "*.csproj", SearchOption.AllDirectories).Where(path =>
        {
            var text = File.ReadAllText(path);
            return text.Contains("EniAgent.Core.csproj", StringComparison.Ordinal) && text.Contains("EniAgent.Netlink.csproj", StringComparison.Ordinal);
        });

        Assert.Equal(["EniAgent.Linux.csproj"], both.Select(Path.GetFileName));
    }

    [Fact]
    public void Every_project_of_the_product_is_known_here() =>
        Assert.Equal([.. Allowed.Keys.Append("EniAgent").Order(StringComparer.Ordinal)], Directory.GetDirectories(Sources()).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));

    [Fact]
    public void Core_does_no_input_or_output_and_knows_no_clock()
    {
        var used = UsedBy(typeof(Core.Planning.Planner).Assembly.Location);

        Assert.DoesNotContain(used.Types, type => Impure.Any(name => type == name || (name[^1] == '.' && type.StartsWith(name, StringComparison.Ordinal))
            || type.StartsWith(name + ".", StringComparison.Ordinal)) && !IsGenerated(type));
        Assert.DoesNotContain(used.Members, member => ImpureMembers.Any(name => member.StartsWith(name, StringComparison.Ordinal)));
    }

    [Fact]
    public void Core_has_no_state_that_outlives_a_call()
    {
        var changeable = typeof(Core.Planning.Planner).Assembly.GetTypes()
            .Where(type => type.GetCustomAttribute<CompilerGeneratedAttribute>() is null)
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(field => !field.IsInitOnly && !field.IsLiteral && field.GetCustomAttribute<CompilerGeneratedAttribute>() is null);

        Assert.Empty(changeable);
    }

    // An assembly of this test's own shows that the reader of metadata sees what it must.
    [Fact]
    public void The_test_sees_what_an_assembly_uses()
    {
        var used = UsedBy(typeof(ArchitectureTests).Assembly.Location);

        Assert.Contains("System.IO.File", used.Types);
        Assert.Contains("System.IO.File.ReadAllText", used.Members);
    }

    private static (HashSet<string> Types, HashSet<string> Members) UsedBy(string path)
    {
        using var assembly = new PEReader(File.OpenRead(path));
        var reader = assembly.GetMetadataReader();
        string NameOf(TypeReferenceHandle handle)
        {
            var type = reader.GetTypeReference(handle);
            var name = reader.GetString(type.Name);
            return type.ResolutionScope.Kind == HandleKind.TypeReference
                ? NameOf((TypeReferenceHandle)type.ResolutionScope) + "." + name
                : reader.GetString(type.Namespace) + "." + name;
        }

        var members = reader.MemberReferences.Select(reader.GetMemberReference).Where(member => member.Parent.Kind == HandleKind.TypeReference)
            .Select(member => NameOf((TypeReferenceHandle)member.Parent) + "." + reader.GetString(member.Name));
        return ([.. reader.TypeReferences.Select(NameOf)], [.. members]);
    }

    // The compiler marks what it makes, and how it is to be debugged.
    private static bool IsGenerated(string type) =>
        type.StartsWith("System.Diagnostics.CodeAnalysis.", StringComparison.Ordinal) || type.StartsWith("System.Diagnostics.Debugg", StringComparison.Ordinal);

    private static bool IsBaseLibrary(string assembly) =>
        assembly.StartsWith("System.", StringComparison.Ordinal) || assembly is "System" or "mscorlib" or "netstandard" || assembly.StartsWith("Microsoft.Win32.", StringComparison.Ordinal);

    private static string Sources()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EniAgent.sln")))
            {
                return Path.Combine(folder.FullName, "src");
            }
        }

        throw new DirectoryNotFoundException("the folder of EniAgent.sln");
    }
}
