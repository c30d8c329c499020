using System.Diagnostics;
using EniAgent.Commands;
using EniAgent.Linux.State;
using EniAgent.Reporting;
using EniAgent.Tests.Fakes;

namespace EniAgent.Tests.Commands;

/// <summary>Who holds the lock, as <c>status</c> sees it.</summary>
public sealed class StatusLookTests : IDisposable
{
    private readonly Machine _machine = new();
    private readonly CommandContext _context;

    public StatusLookTests() => _context = new CommandContext(new GlobalOptions(null, _machine.Paths.Root, Json: false, Verbose: false));

    public void Dispose()
    {
        _context.Dispose();
        _machine.Dispose();
    }

    [Fact]
    public async Task A_holder_that_is_no_daemon_is_another_command()
    {
        using var held = await TakeLockAsync();

        var report = Look();

        Assert.Equal((null, Environment.ProcessId), (report.DaemonPid, report.LockHolder));
    }

    [Fact]
    public async Task Where_the_lock_does_not_say_who_holds_it_the_daemon_does()
    {
        using var held = await TakeLockAsync();
        ForgetHolder();
        using var daemon = Process.Start(new ProcessStartInfo("sh", ["-c", "read line", "daemon"]) { RedirectStandardInput = true })!;
        try
        {
            StatusFile.Write(_machine.Paths, StatusBuilder.Waiting(null) with { DaemonPid = daemon.Id });

            var report = Look();

            Assert.Equal((daemon.Id, null), (report.DaemonPid, report.LockHolder));
            Assert.Empty(report.NotSeen);
        }
        finally
        {
            daemon.Kill();
        }
    }

    [Fact]
    public async Task A_process_that_has_got_the_id_of_a_daemon_that_ended_is_not_taken_for_it()
    {
        using var held = await TakeLockAsync();
        ForgetHolder();
        StatusFile.Write(_machine.Paths, StatusBuilder.Waiting(null) with { DaemonPid = Environment.ProcessId });

        var report = Look();

        Assert.Equal((null, null), (report.DaemonPid, report.LockHolder));
        Assert.Equal([_machine.Paths.Lock], report.NotSeen);
    }

    private Task<InstanceLock> TakeLockAsync() => InstanceLock.TakeAsync(_machine.Paths.Lock, TimeSpan.Zero, TimeProvider.System, CancellationToken.None);

    // As on a disk without room. .NET's own open would ask for the lock.
    private void ForgetHolder()
    {
        using var truncate = Process.Start("truncate", ["--size=0", _machine.Paths.Lock]);
        truncate.WaitForExit();
        Assert.Equal(0, truncate.ExitCode);
    }

    private StatusReport Look() => new StatusLook(_context, _machine.Store, _machine.Start()).Report(belief: null, failure: null);
}
