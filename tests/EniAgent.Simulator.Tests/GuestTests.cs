namespace EniAgent.Simulator.Tests;

[Trait("Needs", "root")]
public sealed class GuestTests : IAsyncLifetime
{
    private Vpc _vpc = null!;
    private Guest _guest = null!;

    public async Task InitializeAsync()
    {
        _vpc = await Vpc.CreateAsync();
        _guest = await _vpc.CreateGuestAsync(await _vpc.CreateSubnetAsync());
    }

    public async Task DisposeAsync() => await _vpc.DisposeAsync();

    [Fact]
    public async Task Its_state_is_told_in_the_words_of_ip()
    {
        var state = await GuestState.CaptureAsync(_guest);

        Assert.Contains($"link eth0 up address {_guest.PrimaryEni.Mac} group default mtu 1500", state.Lines);
        Assert.Contains("addr 10.0.1.5/24 dev eth0 scope global", state.Lines);
        Assert.Contains("route dst default type unicast gateway 10.0.1.1 dev eth0 table main metric 100 protocol dhcp scope global", state.Lines);
        Assert.Contains("rule priority 32766 src all table main protocol kernel", state.Lines);
        Assert.Contains("sysctl eth0/rp_filter = 1", state.Lines);
    }

    [Fact]
    public async Task Two_looks_at_the_same_state_are_equal_and_a_change_shows()
    {
        var before = await GuestState.CaptureAsync(_guest);
        Assert.Empty(before.DifferencesTo(await GuestState.CaptureAsync(_guest)));

        await _guest.IpAsync("rule add pref 500 from 10.9.9.9 lookup 99 protocol 131");

        Assert.Equal(["+ rule priority 500 src 10.9.9.9 table 99 protocol 131"], before.DifferencesTo(await GuestState.CaptureAsync(_guest)));
    }

    [Fact]
    public async Task A_program_runs_inside_and_its_output_and_exit_code_come_back()
    {
        var program = await GuestProcess.RunAsync(_guest, "sh", ["-c", "ls /sys/class/net; echo $GREETING >&2; exit 3"], new Dictionary<string, string> { ["GREETING"] = "hello" });

        Assert.Equal("eth0\nlo\n", program.StandardOutput);
        Assert.Equal("hello\n", program.StandardError);
        Assert.Equal(3, program.ExitCode);
    }

    [Fact]
    public async Task A_program_gets_signals_itself()
    {
        var lines = new List<string>();
        var program = GuestProcess.Start(_guest, "sh", ["-c", "trap 'echo bye; exit 7' TERM; echo ready; while :; do sleep 0.01; done"], onLine: lines.Add);
        await program.WaitForTextAsync("ready", TimeSpan.FromSeconds(5));

        Assert.Equal(7, await program.TerminateAsync());
        Assert.Equal(["ready", "bye"], lines);
    }

    [Fact]
    public async Task A_program_that_does_not_end_in_time_is_an_error_that_shows_its_output()
    {
        var program = GuestProcess.Start(_guest, "sh", ["-c", "echo stuck; exec sleep 60"]);
        await program.WaitForTextAsync("stuck", TimeSpan.FromSeconds(5));

        var error = await Assert.ThrowsAsync<TimeoutException>(() => program.WaitAsync(TimeSpan.FromMilliseconds(50)));

        Assert.Contains("stuck", error.Message, StringComparison.Ordinal);
    }
}
