using System.Runtime.InteropServices;

namespace EniAgent.Vm.Tests.Fixture;

/// <summary>The packages, made of this tree: the version it states, and the same tree under a lower number.</summary>
internal static class Packages
{
    public const string Older = "0.9.0";

    private static readonly Lazy<string> Made = new(Make);

    /// <summary>The version that the tree states.</summary>
    public static string Version { get; } = File.ReadAllText(Path.Combine(Repository.Folder, "Directory.Build.props")).Split("<Version>")[1].Split('<')[0];

    /// <summary>The DEB of a version, for this machine.</summary>
    public static string Deb(string version) => Path.Combine(Made.Value, $"eni-agent_{version}_{(RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64")}.deb");

    /// <summary>The RPM of a version, for this machine.</summary>
    public static string Rpm(string version) => Path.Combine(Made.Value, $"eni-agent-{version}-1.{(RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64")}.rpm");

    private static string Make()
    {
        var folder = Path.Combine(Repository.Folder, "artifacts/test-packages");
        var arch = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64";
        Repository.Run("build/packages.sh", ("ARCHES", arch), ("OUT", folder));
        Repository.Run("build/packages.sh", ("ARCHES", arch), ("OUT", folder), ("VERSION", Older));
        return folder;
    }
}
