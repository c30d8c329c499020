using System.Diagnostics;
using System.Globalization;
using EniAgent.Simulator.Probes;

namespace EniAgent.Simulator.CommandLine;

/// <summary>The agent at work in a simulated VPC, in short sections; everything is removed at the end, however it ends.</summary>
internal sealed class DemoCommand
{
    private const int Failed = 1;
    private const int Interrupted = 130;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);

    private readonly string _agent;
    private readonly string _root;
    private readonly Vpc _vpc;
    private bool _good = true;

    private DemoCommand(string agent, string root, Vpc vpc) => (_agent, _root, _vpc) = (agent, root, vpc);

    internal static async Task<int> RunAsync(string agent, CancellationToken end)
    {
        if (!File.Exists(agent))
        {
            throw new ArgumentException($"--agent {agent}: no such file");
        }
        Console.OutputEncoding = System.Text.Encoding.UTF8;
        var start = Stopwatch.GetTimestamp();
        var root = Directory.CreateTempSubdirectory("eni-demo-").FullName;
        try
        {
            // Before anything that goes on for a moment after an interruption, when the folder is gone.
            Configure(root);
            var good = false;
            await using (var vpc = await Vpc.CreateAsync())
            {
                var demo = new DemoCommand(Path.GetFullPath(agent), root, vpc);
                await demo.ShowAsync().WaitAsync(end);
                good = demo._good;
            }
            Title("Done");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {(good ? Terminal.Green("everything answered") : Terminal.Red("something did not work, see above"))}; all namespaces removed; {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s\n"));
            return good ? 0 : Failed;
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException or Kernel.CommandFailedException or IOException)
        {
            // Ctrl-C at a terminal ends ip and nft as well, and their failure may be known here before the signal is.
            await Task.Delay(Moment, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (end.IsCancellationRequested)
            {
                Console.WriteLine(Terminal.Yellow("\ninterrupted; everything is removed"));
                return Interrupted;
            }
            Console.WriteLine(Terminal.Red($"\n{e.Message}\n") + "everything is removed");
            return Failed;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private async Task ShowAsync()
    {
        var guest = await PrepareAsync();
        var before = await GuestState.CaptureAsync(guest);

        Title("Pings before: the guide's hand-work is not done");
        await PingMatrix.ShowAsync(_vpc, guest, TimeSpan.FromMilliseconds(300));

        await AgentAsync(guest, "plan");
        await AgentAsync(guest, "sync");
        await AgentAsync(guest, "status");
        Title("Pings after");
        _good &= await PingMatrix.ShowAsync(_vpc, guest, Pinger.DefaultDeadline);
        await CheckAsync(guest);

        await using (var daemon = await StartDaemonAsync(guest))
        {
            if (!daemon.HasExited)
            {
                await ChangeAsync(guest);
            }
            Title("SIGTERM to the daemon, then eni-agent release");
            await StopAsync(daemon);
        }
        await AgentAsync(guest, "release", title: false);
        var left = before.DifferencesTo(await GuestState.CaptureAsync(guest));
        Report(true, left.Count == 0 ? "the guest is as its image left it" : "different from what the image left:");
        foreach (var line in left)
        {
            Console.WriteLine(Terminal.Dim($"      {line}"));
        }
    }

    private async Task<Guest> PrepareAsync()
    {
        Title("A VPC in network namespaces, a guest with two ENIs");
        for (var i = 0; i < 3; i++)
        {
            var subnet = await _vpc.CreateSubnetAsync();
            Console.WriteLine($"  subnet {subnet,-14} gateway {subnet.Gateway,-12} client {subnet.ClientAddress}");
        }
        Console.WriteLine($"  internet host {Vpc.InternetAddress}, metadata at 169.254.0.23");
        var guest = await _vpc.CreateGuestAsync(_vpc.Subnets[0]);
        await _vpc.AttachNewAsync(guest, _vpc.Subnets[1], secondaryAddresses: 1);
        foreach (var eni in guest.Enis)
        {
            Console.WriteLine($"  {eni.NicName} {eni.Mac}  {string.Join(' ', eni.Addresses),-22} {Terminal.Dim(eni.IsPrimary ? "configured by the image" : "not configured")}");
        }
        return guest;
    }

    // Ten seconds between polls are right for a fleet and long for an audience.
    private static void Configure(string root)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, "etc/eni-agent"));
        File.WriteAllText(Path.Combine(folder.FullName, "eni-agent.conf"), "[Agent]\nPollInterval=1s\n");
    }

    private async Task AgentAsync(Guest guest, string command, bool title = true)
    {
        if (title)
        {
            Title($"eni-agent {command}");
        }
        await using var agent = GuestProcess.Start(guest, _agent, [command, "--root", _root]);
        var start = Stopwatch.GetTimestamp();
        var code = await agent.WaitAsync(TimeSpan.FromSeconds(40));
        foreach (var line in (agent.StandardOutput + agent.StandardError).TrimEnd('\n').Split('\n').Where(l => l.Length > 0))
        {
            Console.WriteLine($"  {line}");
        }
        Report(code == 0, Invariant($"exit code {code}, {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms"));
    }

    private async Task<GuestProcess> StartDaemonAsync(Guest guest)
    {
        Title("eni-agent daemon (polling every second for this demo)");
        var requests = _vpc.Metadata.RequestCount;
        var daemon = GuestProcess.Start(guest, _agent, ["daemon", "--root", _root]);
        // It watches once it has polled twice.
        var up = await UntilAsync(() => Task.FromResult(daemon.HasExited || _vpc.Metadata.Requests.Skip(requests).Count(r => r.Path.EndsWith("/macs/", StringComparison.Ordinal)) > 1));
        Report(up is not null && !daemon.HasExited, daemon.HasExited ? "it ended:\n" + daemon.StandardError : $"running, process {daemon.Id}");
        return daemon;
    }

    private async Task StopAsync(GuestProcess daemon)
    {
        if (daemon.HasExited)
        {
            Report(false, "the daemon had ended before");
            return;
        }
        var code = await daemon.TerminateAsync();
        Report(code == 0, code == 0 ? "the daemon ended and left the network as it is" : Invariant($"the daemon ended with {code}\n{daemon.StandardError}"));
    }

    private async Task ChangeAsync(Guest guest)
    {
        Title("An ENI is attached while the daemon runs");
        var eni = await _vpc.AttachNewAsync(guest, _vpc.Subnets[2], secondaryAddresses: 1);
        Measured(await Pinger.UntilAllAnswerAsync(_vpc.Internet, eni.Addresses, Patience, eni.NicAppeared),
            $"from {eni.NicName} appearing until {string.Join(" and ", eni.Addresses)} answer");

        Title("A secondary address is assigned to eth1");
        var start = Stopwatch.GetTimestamp();
        var assigned = await _vpc.AssignPrivateIpAddressesAsync(guest.Enis[1]);
        Measured(await Pinger.UntilAllAnswerAsync(_vpc.Internet, assigned, Patience, start), $"until {assigned[0]} answers (metadata tells by polling only)");
        _good &= await PingMatrix.ShowAsync(_vpc, guest, Pinger.DefaultDeadline);

        Title("Somebody deletes one of the agent's rules");
        var rules = await RulesAsync(guest);
        var victim = rules.FirstOrDefault(r => r.Contains($"from {assigned[0]}", StringComparison.Ordinal) || r.StartsWith("31010:", StringComparison.Ordinal));
        if (victim is null)
        {
            Report(false, "there is none");
        }
        else
        {
            Console.WriteLine($"  ip rule del {RuleSelector(victim)}");
            start = Stopwatch.GetTimestamp();
            await guest.IpAsync($"rule del {RuleSelector(victim)}");
            Measured(await UntilAsync(async () => rules.SetEquals(await RulesAsync(guest)), start), "until it is back");
        }

        Title("The ENI is detached again");
        var gone = eni.Addresses.Select(a => a.ToString()).Append(eni.NicName!).ToArray();
        start = Stopwatch.GetTimestamp();
        await _vpc.DetachNetworkInterfaceAsync(eni);
        Measured(await UntilAsync(async () =>
        {
            var text = await guest.IpOutputAsync("rule") + await guest.IpOutputAsync("route show table all");
            return !gone.Any(g => text.Contains(g, StringComparison.Ordinal));
        }, start), "until no rule and no route speaks of it");
        foreach (var rule in await RulesAsync(guest))
        {
            Console.WriteLine(Terminal.Dim($"    {rule}"));
        }
        await CheckAsync(guest);
    }

    private async Task CheckAsync(Guest guest)
    {
        var failures = await _vpc.AssertEverythingAnswersAsync(guest);
        Report(failures.Count == 0, failures.Count == 0 ? "and outward, from every address and through every NIC" : string.Join("\n    ", failures.Take(8)));
    }

    private static async Task<HashSet<string>> RulesAsync(Guest guest) =>
        [.. (await guest.IpOutputAsync("rule")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(r => r.Replace('\t', ' ').Trim())];

    // "31010: from 10.0.2.5 lookup 31001" as ip rule del wants it.
    private static string RuleSelector(string rule) => "pref " + rule.Replace(":", "", StringComparison.Ordinal);

    private static async Task<TimeSpan?> UntilAsync(Func<Task<bool>> condition, long since = 0)
    {
        var start = since == 0 ? Stopwatch.GetTimestamp() : since;
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                return null;
            }
            await Task.Delay(1);
        }
        return Stopwatch.GetElapsedTime(start);
    }

    private void Measured(TimeSpan? time, string what) =>
        Report(time is not null, time is { } t ? Invariant($"{Terminal.Bold(Invariant($"{t.TotalMilliseconds:0} ms"))} {what}") : Invariant($"more than {Patience.TotalSeconds:0} s {what}"));

    private void Report(bool good, string text)
    {
        _good &= good;
        Console.WriteLine($"  {(good ? Terminal.Green("✓") : Terminal.Red("✗"))} {text}");
    }

    private static void Title(string text) =>
        Console.WriteLine($"\n{Terminal.Cyan("──")} {Terminal.Bold(text)} {Terminal.Cyan(new string('─', Math.Max(2, 75 - text.Length)))}");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
