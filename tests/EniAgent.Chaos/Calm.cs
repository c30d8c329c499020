using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using EniAgent.Simulator;
using EniAgent.Simulator.Probes;

namespace EniAgent.Chaos;

/// <summary>Once nothing happens any more, all must be as the cloud says, and nothing of anybody else's be lost.</summary>
internal sealed partial class Calm(World world)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // The heap may grow until it is collected, and four connections to metadata be kept. Workers that a burst has called for stay for twenty seconds; that none stays for ever the soak shows.
    private const int MostGrowth = 24_000, MostDescriptors = 6, MostThreads = 10;

    private (int Starts, ProcessUse Use) _first = (0, new ProcessUse(0, 0, 0, 0, TimeSpan.Zero));

    /// <summary>Lets everything heal, waits and looks.</summary>
    /// <exception cref="ViolationException">Something is not as it must be.</exception>
    public async Task ReachAsync()
    {
        world.Vpc.Metadata.Faults.Clear();
        world.Faults.Clear();
        world.Agent.Signal(Signals.Continue);
        foreach (var eni in world.LiedAbout.Where(eni => eni is { Guest: not null, FormerPrimaryAddress: null }))
        {
            await world.Vpc.AssignPrivateIpAddressesAsync(eni, 1);
        }

        world.LiedAbout.Clear();
        await world.RenewLeaseAsync();
        await InSyncAsync();
        if (world.Guest.PrimaryEni.FormerPrimaryAddress is not null)
        {
            await world.Vpc.ForgetOldPrimaryAsync(world.Guest.PrimaryEni);
        }

        await AnswersAsync();
        var state = await GuestState.CaptureAsync(world.Guest);
        Check("what others put there is lost", world.Lost(state));
        Check("addresses", AddressProblems(state));
        Check("what is left of what was detached", Leftovers(state));
        Check("files", FileProblems());
        Check("use", UseProblems());
        Check("log", [.. world.Agent.Log.Split('\n').Where(line => line.Contains("Exception", StringComparison.Ordinal) || line.TrimStart().StartsWith("at EniAgent", StringComparison.Ordinal))]);
    }

    private async Task InSyncAsync()
    {
        var (until, asked) = (DateTime.UtcNow + Patience, DateTime.MinValue);
        while (StatusProblem() is { } problem)
        {
            if (DateTime.UtcNow > until)
            {
                throw new ViolationException($"not in sync: {problem}");
            }

            if (DateTime.UtcNow - asked > TimeSpan.FromSeconds(2))
            {
                asked = DateTime.UtcNow;
                world.Agent.Reload();
            }

            await Task.Delay(20);
        }

        // Events may still be on their way.
        (int ExitCode, string Output) plan;
        while ((plan = await world.Agent.RunAsync("plan", "--exit-code")).ExitCode != 0)
        {
            if (DateTime.UtcNow > until)
            {
                throw new ViolationException($"the status says that all is in sync, and plan ends with {plan.ExitCode}:\n{plan.Output}");
            }

            await Task.Delay(50);
        }
    }

    // What the daemon's own report says otherwise than the cloud.
    private string? StatusProblem()
    {
        if (!File.Exists(world.Agent.StatusFile))
        {
            return "there is no status.json";
        }

        JsonDocument report;
        try
        {
            report = JsonDocument.Parse(File.ReadAllText(world.Agent.StatusFile));
        }
        catch (JsonException e)
        {
            return e.Message;
        }

        using (report)
        {
            var root = report.RootElement;
            if (root.GetProperty("state").GetString() is not "in-sync" and var state)
            {
                return $"{state}: {root}";
            }

            var told = root.GetProperty("enis").EnumerateArray().Select(eni =>
                $"{eni.GetProperty("mac").GetString()} {string.Join(' ', eni.GetProperty("addresses").EnumerateArray().Select(a => a.GetProperty("address").GetString()!.Split('/')[0]).Order(StringComparer.Ordinal))}");
            var wanted = world.Guest.Enis.Select(eni => $"{eni.Mac} {string.Join(' ', eni.Addresses.Select(a => a.ToString()).Order(StringComparer.Ordinal))}");
            var difference = told.Order(StringComparer.Ordinal).Except(wanted).Select(line => "+ " + line).Concat(wanted.Except(told).Select(line => "- " + line)).ToList();
            return difference.Count == 0 ? null : string.Join('\n', difference);
        }
    }

    private async Task AnswersAsync()
    {
        // A neighbour that was asked in vain a moment ago is asked again after a second only.
        IReadOnlyList<string> failures = [];
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var unbound = await Pinger.PingAllAsync(world.Vpc.Unbound(world.Guest), TimeSpan.FromSeconds(3));
            failures = [.. await world.Vpc.AssertEverythingAnswersAsync(world.Guest, TimeSpan.FromSeconds(5)), .. unbound.Select(ping => ping.ToString())];
            if (failures.Count == 0)
            {
                return;
            }
        }

        Check("does not answer", failures);
    }

    private IEnumerable<string> AddressProblems(GuestState state)
    {
        foreach (var eni in world.Guest.Enis)
        {
            var there = state.Lines.Where(line => line.StartsWith("addr ", StringComparison.Ordinal) && line.Contains($" dev {eni.NicName} ", StringComparison.Ordinal))
                .Select(line => line.Split(' ')[1]).Where(address => !address.StartsWith("198.18.", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
            var wanted = eni.Addresses.Select(address => $"{address}/{eni.Subnet.PrefixLength}").Order(StringComparer.Ordinal).ToList();
            if (!there.SequenceEqual(wanted))
            {
                yield return $"{eni.NicName} has {string.Join(' ', there)}, and {string.Join(' ', wanted)} was wanted";
            }
        }
    }

    // Of an ENI that is not attached there is nothing.
    private IEnumerable<string> Leftovers(GuestState state)
    {
        var addresses = world.Guest.Enis.SelectMany(eni => eni.Addresses).ToHashSet();
        var nics = world.Guest.Enis.Select(eni => eni.NicName).ToHashSet();
        foreach (var line in state.Lines.Where(line => line.Contains("protocol 131", StringComparison.Ordinal)))
        {
            var device = Device().Match(line) is { Success: true } match ? match.Groups[1].Value : null;
            var isWhole = Source().Match(line) is not { Success: true } source || line.Contains("srclen", StringComparison.Ordinal)
                || source.Groups[1].Value == "all" || addresses.Contains(IPAddress.Parse(source.Groups[1].Value)) || source.Groups[1].Value.StartsWith("198.18.", StringComparison.Ordinal);
            if ((device is not null && !nics.Contains(device)) || !isWhole)
            {
                yield return line;
            }
        }

        if (world.Guest.Enis.Count == 1)
        {
            foreach (var rule in state.Lines.Where(line => line.StartsWith("rule ", StringComparison.Ordinal) && line.Contains("protocol 131", StringComparison.Ordinal)))
            {
                yield return $"one ENI needs no rule: {rule}";
            }
        }
    }

    private IEnumerable<string> FileProblems()
    {
        var text = File.ReadAllLines(world.PrimaryFile);
        foreach (var line in new[] { "DEVICE=eth0", "BOOTPROTO=dhcp", "ONBOOT=yes" }.Concat(world.Lines).Where(line => !text.Contains(line)))
        {
            yield return $"an administrator's line is lost: {line}";
        }

        foreach (var file in Directory.EnumerateFiles(Path.Combine(world.Agent.Root, "etc"), "*", SearchOption.AllDirectories).Where(file => file.EndsWith(".new", StringComparison.Ordinal)))
        {
            yield return $"left over: {file[world.Agent.Root.Length..]}";
        }

        if (File.Exists(Path.Combine(world.Agent.Root, "run/eni-agent/transaction.json")))
        {
            yield return "a transaction is still open";
        }
    }

    private IEnumerable<string> UseProblems()
    {
        var use = world.Agent.Use();
        if (_first.Starts != world.Agent.Starts)
        {
            _first = (world.Agent.Starts, use);
        }

        var first = _first.Use;
        if (use.Descriptors > first.Descriptors + MostDescriptors || use.Threads > first.Threads + MostThreads || use.PrivateDirty > first.PrivateDirty + MostGrowth)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{first.Descriptors} descriptors, {first.Threads} threads and {first.PrivateDirty} kB have become {use.Descriptors}, {use.Threads} and {use.PrivateDirty}");
        }
    }

    private static void Check(string what, IEnumerable<string> problems)
    {
        var found = problems.ToList();
        if (found.Count > 0)
        {
            throw new ViolationException($"{what}:\n{string.Join('\n', found)}");
        }
    }

    [GeneratedRegex(@" dev (\S+)")]
    private static partial Regex Device();

    [GeneratedRegex(@"^rule .* src (\S+)")]
    private static partial Regex Source();
}
