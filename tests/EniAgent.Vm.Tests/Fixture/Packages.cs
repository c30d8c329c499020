using System.Runtime.InteropServices;

namespace EniAgent.Vm.Tests.Fixture;

/// <summary>The packages for this machine, made of this tree: the version it states, and the same tree under a lower number.</summary>
internal static class Packages
{
    public const string Older = "0.9.0";

    private static readonly bool IsArm = RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64;

    private static readonly Lazy<string> Made = new(Make);

    /// <summary>As uname(1) says it.</summary>
    public static string Architecture => IsArm ? "aarch64" : "x86_64";

    /// <summary>The version that the tree states.</summary>
    public static string Version { get; } = File.ReadAllText(Path.Combine(Repository.Folder, "Directory.Build.props")).Split("<Version>")[1].Split('<')[0];

    /// <summary>The DEB of a version.</summary>
    public static string Deb(string version) => Path.Combine(Made.Value, $"eni-agent_{version}_{(IsArm ? "arm64" : "amd64")}.deb");

    /// <summary>The RPM of a version.</summary>
    public static string Rpm(string version) => Path.Combine(Made.Value, $"eni-agent-{version}-1.{Architecture}.rpm");

    private static string Make()
    {
        var folder = Path.Combine(Repository.Folder, "artifacts/test-packages");
        Repository.Run("build/packages.sh", ("ARCHES", Architecture), ("OUT", folder));
        Repository.Run("build/packages.sh", ("ARCHES", Architecture), ("OUT", folder), ("VERSION", Older));
        return folder;
    }
}
