using System.Diagnostics;

namespace EniAgent.Integration.Tests.StaticBinary;

/// <summary>The launcher of old-kernel.c, compiled once for all tests that use it.</summary>
public sealed class OldKernel : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("eni-agent-test-").FullName;

    public OldKernel()
    {
        Launcher = Path.Combine(_folder, "old-kernel");
        var source = Path.Combine(AppContext.BaseDirectory, "StaticBinary/old-kernel.c");
        using var compiler = Process.Start(new ProcessStartInfo("gcc", ["-Wall", "-Wextra", "-Werror", "-O1", "-o", Launcher, source]) { RedirectStandardError = true })!;
        var errors = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        Assert.True(compiler.ExitCode == 0, errors);
    }

    /// <summary>Its path.</summary>
    public string Launcher { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
