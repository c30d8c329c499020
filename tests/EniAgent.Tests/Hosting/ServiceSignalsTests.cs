using System.Diagnostics;
using System.Globalization;
using EniAgent.Hosting;
using EniAgent.Tests.Fakes;

namespace EniAgent.Tests.Hosting;

public class ServiceSignalsTests
{
    [Fact]
    public async Task A_reload_that_comes_before_there_is_anybody_to_act_on_it_is_kept()
    {
        var count = 0;
        using var signals = new ServiceSignals(CancellationToken.None);

        // The second is there so that the first has been taken for sure: both come by the same way, one after the other.
        using var other = new ServiceSignals(CancellationToken.None);
        var arrived = 0;
        other.OnReload(() => Interlocked.Increment(ref arrived));
        await SendAsync();
        await Patiently.UntilAsync(() => arrived == 1);
        await SendAsync();
        await Patiently.UntilAsync(() => arrived == 2);

        signals.OnReload(() => Interlocked.Increment(ref count));
        Assert.Equal(1, count);

        await SendAsync();
        await Patiently.UntilAsync(() => count == 2);
    }

    private static async Task SendAsync()
    {
        using var kill = Process.Start("kill", ["-HUP", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
