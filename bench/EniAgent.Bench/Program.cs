using System.Diagnostics;
using System.Globalization;
using EniAgent.Bench;
using EniAgent.Simulator;
using EniAgent.Simulator.Probes;

const int Runs = 9;
const int Enis = 8;
const int AddressesEach = 30;

var agent = args is [var path] ? Path.GetFullPath(path) : throw new ArgumentException("usage: eni-bench AGENT");
var folder = Directory.CreateTempSubdirectory("eni-bench-").FullName;
await using var vpc = await Vpc.CreateAsync();
try
{
    Console.WriteLine($"{Enis} ENIs x {AddressesEach} addresses, medians of {Runs} interleaved runs, milliseconds, exec to exit");
    var guest = await BuildAsync(vpc);
    await ColdSyncAsync(guest);
    await QuietSyncAsync(guest);
    await DaemonAsync(guest);
    Console.WriteLine($"binary                         {new FileInfo(agent).Length / 1e6,8:F1}   MB");
}
finally
{
    Directory.Delete(folder, recursive: true);
}

static async Task<Guest> BuildAsync(Vpc vpc)
{
    var subnets = new List<Subnet>();
    for (var i = 0; i < Enis; i++)
    {
        subnets.Add(await vpc.CreateSubnetAsync());
    }

    var guest = await vpc.CreateGuestAsync(subnets[0], new GuestOptions { SecondaryAddresses = AddressesEach - 1 });
    foreach (var subnet in subnets.Skip(1))
    {
        await vpc.AttachNewAsync(guest, subnet, AddressesEach - 1);
    }

    return guest;
}

// The same objects by the agent (metadata read, planned, applied, verified and probed) and by `ip -batch`, in turn.
async Task ColdSyncAsync(Guest guest)
{
    var (add, delete, count) = IpBatch.From((await RunAsync(guest, agent, "plan", "--json", "--root", folder)).Output);
    var (addFile, deleteFile) = (Path.Combine(folder, "add"), Path.Combine(folder, "delete"));
    await File.WriteAllTextAsync(addFile, add);
    await File.WriteAllTextAsync(deleteFile, delete);
    var (ours, ip) = (new Figures(), new Figures());
    for (var i = 0; i < Runs; i++)
    {
        ours.Add((await RunAsync(guest, agent, "sync", "--root", folder)).Milliseconds);
        await RunAsync(guest, agent, "release", "--root", folder);
        ip.Add((await RunAsync(guest, "ip", "-batch", addFile)).Milliseconds);
        // -force: with the last address of a link the kernel takes the routes through it itself.
        await RunAsync(guest, "ip", "-force", "-batch", deleteFile);
    }

    Console.WriteLine($"cold sync                      {ours}");
    Console.WriteLine($"ip -batch, same {count,4} objects   {ip}");
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratio                          {ours.Median / ip.Median,8:F2}"));
}

async Task QuietSyncAsync(Guest guest)
{
    await RunAsync(guest, agent, "sync", "--root", folder);
    var (ours, dumps) = (new Figures(), new Figures());
    for (var i = 0; i < Runs; i++)
    {
        ours.Add((await RunAsync(guest, agent, "sync", "--root", folder)).Milliseconds);
        var started = Stopwatch.GetTimestamp();
        foreach (var what in new[] { "address", "route", "rule" })
        {
            await RunAsync(guest, "ip", what == "route" ? ["route", "show", "table", "all"] : [what, "show"]);
        }

        dumps.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    Console.WriteLine($"sync with nothing to do        {ours}");
    Console.WriteLine($"ip address, route, rule        {dumps}");
}

async Task DaemonAsync(Guest guest)
{
    var daemon = GuestProcess.Start(guest, agent, ["daemon", "--root", folder]);
    var subnet = await guest.Vpc.CreateSubnetAsync();
    await EventuallyAsync(() => File.Exists(Path.Combine(folder, "run/eni-agent/status.json"))
        && File.ReadAllText(Path.Combine(folder, "run/eni-agent/status.json")).Contains("\"state\": \"in-sync\"", StringComparison.Ordinal));
    var attach = new Figures();
    for (var i = 0; i < Runs; i++)
    {
        var eni = await guest.Vpc.AttachNewAsync(guest, subnet, 1);
        var time = await Pinger.UntilAllAnswerAsync(subnet.Client, eni.Addresses, TimeSpan.FromSeconds(10), eni.NicAppeared);
        attach.Add(time?.TotalMilliseconds ?? throw new TimeoutException($"{eni} does not answer"));
        await guest.Vpc.DetachNetworkInterfaceAsync(eni);
    }

    Console.WriteLine($"hot attach: NIC to last answer {attach}");
    var (pss, dirty) = Memory(daemon.Id);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"idle daemon, PSS               {pss,8:F1}   MB, of which private dirty {dirty:F1}"));
    await daemon.TerminateAsync();
}

static (double Pss, double PrivateDirty) Memory(int pid)
{
    var lines = File.ReadAllLines($"/proc/{pid}/smaps_rollup");
    double Megabytes(string name) => lines.First(l => l.StartsWith(name + ":", StringComparison.Ordinal))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kilobytes, ..] ? double.Parse(kilobytes, CultureInfo.InvariantCulture) / 1000 : 0;
    return (Megabytes("Pss"), Megabytes("Private_Dirty"));
}

static async Task EventuallyAsync(Func<bool> condition)
{
    for (var started = Stopwatch.GetTimestamp(); !condition(); await Task.Delay(20))
    {
        if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(30))
        {
            throw new TimeoutException("the daemon did not converge");
        }
    }
}

static async Task<(double Milliseconds, string Output)> RunAsync(Guest guest, string program, params string[] arguments)
{
    var started = Stopwatch.GetTimestamp();
    await using var process = GuestProcess.Start(guest, program, arguments);
    var code = await process.WaitAsync(TimeSpan.FromSeconds(60));
    var time = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    return code == 0 || arguments[0] == "-force" ? (time, process.StandardOutput) : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {process.StandardError}");
}
