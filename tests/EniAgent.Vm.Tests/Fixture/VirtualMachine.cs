using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using EniAgent.Integration.Tests.Fixture;
using EniAgent.Simulator;
using EniAgent.Simulator.Kernel;

namespace EniAgent.Vm.Tests.Fixture;

/// <summary>
/// A virtual machine with a Debian suite (build/vm-image.sh): a real kernel and a real boot, NICs on PCI slots that are plugged and unplugged as by a cloud. Its disk
/// outlives power cuts and goes when it is disposed of.
/// </summary>
internal sealed class VirtualMachine : IMachine, IAsyncDisposable
{
    private const int Slots = 7;

    private static readonly Lazy<string> Qemu = new(() => Repository.Run("build/vm-image.sh", ["qemu"]));

    private readonly string _image;
    private readonly string _folder = Directory.CreateTempSubdirectory("eni-agent-vm-").FullName;
    private readonly Dictionary<string, (int Slot, string Mac)> _nics = new(StringComparer.Ordinal);
    private Process? _process;
    private JsonSocket? _monitor;
    private JsonSocket? _agent;

    private VirtualMachine(string image) => _image = image;

    /// <summary>The words for the kernel's command line, e.g. which network manager it has.</summary>
    public string CommandLine { get; set; } = "";

    /// <summary>What cloud-init finds on a disk of its own (NoCloud), by name of the file; empty for no such disk.</summary>
    public IReadOnlyDictionary<string, string> Seed { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Whether what it has synced is on the disk when its power goes; slower.</summary>
    public bool IsDurable { get; set; }

    /// <summary>Everything that was written to its console.</summary>
    public string Console => File.Exists(ConsoleLog) ? File.ReadAllText(ConsoleLog) : "";

    private string ConsoleLog => Path.Combine(_folder, "console");

    private string Disk => Path.Combine(_folder, "disk.qcow2");

    /// <summary>Makes one that is not running yet.</summary>
    /// <param name="image">Which image: the arguments of build/vm-image.sh.</param>
    public static async Task<VirtualMachine> CreateAsync(params string[] image)
    {
        var machine = new VirtualMachine(Repository.Run("build/vm-image.sh", image));
        await QemuAsync("qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", Path.Combine(machine._image, "disk.ext4"), machine.Disk);
        return machine;
    }

    /// <summary>Starts it, with its NICs, and waits until commands can be run in it.</summary>
    /// <param name="fabric">The namespace where its taps are.</param>
    /// <param name="files">Files that it finds in /root/files; null for none.</param>
    public async Task StartAsync(NetworkNamespace fabric, params string[] files)
    {
        var (monitor, agent, drive) = (Path.Combine(_folder, "monitor"), Path.Combine(_folder, "agent"), Path.Combine(_folder, "files.tar"));
        File.Delete(monitor);
        File.Delete(agent);
        using (var tar = Process.Start("tar", ["-cf", drive, .. files.SelectMany(file => new[] { "-C", Path.GetDirectoryName(file)!, Path.GetFileName(file) }).DefaultIfEmpty("--files-from=/dev/null")]))
        {
            await tar.WaitForExitAsync();
        }

        var seed = Directory.CreateDirectory(Path.Combine(_folder, "seed")).FullName;
        foreach (var (name, content) in Seed)
        {
            await File.WriteAllTextAsync(Path.Combine(seed, name), content);
        }

        string[] nics = [.. _nics.SelectMany(nic => new[]
        {
            "-netdev", $"tap,id=net-{nic.Key},ifname={nic.Key},script=no,downscript=no",
            "-device", $"virtio-net-pci,id=nic-{nic.Key},netdev=net-{nic.Key},mac={nic.Value.Mac},romfile={(nic.Value.Slot == 0 ? "" : $",bus=slot{nic.Value.Slot}")}",
        })];
        _process = Process.Start(new ProcessStartInfo("ip",
        [
            "netns", "exec", fabric.Name, Qemu.Value,
            "-machine", "q35", "-accel", "tcg,thread=multi,tb-size=512", "-cpu", "max", "-smp", "2", "-m", "768",
            "-display", "none", "-vga", "none", "-nodefaults", "-no-user-config",
            "-serial", $"file:{ConsoleLog}", "-qmp", $"unix:{monitor},server=on,wait=off", "-device", "virtio-rng-pci",
            "-device", "virtio-serial-pci", "-chardev", $"socket,id=agent,path={agent},server=on,wait=off", "-device", "virtserialport,chardev=agent,name=org.qemu.guest_agent.0",
            "-drive", $"if=none,id=disk,file={Disk},cache={(IsDurable ? "writeback" : "unsafe")}", "-device", "virtio-blk-pci,drive=disk",
            "-drive", $"if=none,id=files,file={drive},format=raw,readonly=on", "-device", "virtio-blk-pci,drive=files",
            .. Seed.Count == 0 ? Array.Empty<string>() : ["-drive", $"if=none,id=seed,driver=vvfat,dir={seed},label=cidata,read-only=on", "-device", "virtio-blk-pci,drive=seed"],
            .. Enumerable.Range(1, Slots).SelectMany(slot => new[] { "-device", $"pcie-root-port,id=slot{slot},chassis={slot},slot={slot}" }),
            .. nics,
            "-kernel", Path.Combine(_image, "vmlinuz"), "-initrd", Path.Combine(_image, "initrd"),
            "-append", $"console=ttyS0 root=/dev/vda rw quiet mitigations=off net.ifnames=0 random.trust_cpu=1 tsc=reliable {CommandLine}",
        ]));
        _monitor = new JsonSocket();
        await Eventually.TrueAsync(() => Task.FromResult(File.Exists(monitor) && File.Exists(agent)));
        await _monitor.ConnectAsync(monitor);
        await _monitor.ReadAsync(TimeSpan.FromSeconds(30));
        await _monitor.RunAsync("qmp_capabilities");
        await UntilReachableAsync(agent);
        if (files.Length > 0)
        {
            await SucceedAsync("mkdir -p /root/files && tar -xf /dev/vdb -C /root/files");
        }
    }

    /// <inheritdoc/>
    public async Task PlugAsync(string tap, string mac)
    {
        var slot = Enumerable.Range(0, Slots + 1).First(slot => _nics.Values.All(nic => nic.Slot != slot));
        _nics[tap] = (slot, mac);
        if (_monitor is not null)
        {
            await _monitor.RunAsync("netdev_add", new { type = "tap", id = $"net-{tap}", ifname = tap, script = "no", downscript = "no" });
            await _monitor.RunAsync("device_add", new { driver = "virtio-net-pci", id = $"nic-{tap}", netdev = $"net-{tap}", mac, romfile = "", bus = $"slot{slot}" });
        }
    }

    /// <inheritdoc/>
    public async Task UnplugAsync(string tap)
    {
        _nics.Remove(tap);
        if (_monitor is not null)
        {
            await _monitor.RunAsync("device_del", new { id = $"nic-{tap}" });
            await _monitor.EventAsync("DEVICE_DELETED", $"nic-{tap}");
            await _monitor.RunAsync("netdev_del", new { id = $"net-{tap}" });
        }
    }

    /// <summary>Runs a shell script in it.</summary>
    public async Task<CommandResult> RunAsync(string script, TimeSpan? patience = null)
    {
        var started = Stopwatch.GetTimestamp();
        var pid = (int)(await _agent!.RunAsync("guest-exec", new Dictionary<string, object>
        {
            ["path"] = "/bin/sh", ["arg"] = new[] { "-c", script }, ["capture-output"] = true,
        }))!["pid"]!;
        while (true)
        {
            var status = (await _agent.RunAsync("guest-exec-status", new { pid }))!;
            if ((bool)status["exited"]!)
            {
                return new CommandResult((int?)status["exitcode"] ?? 128 + (int)status["signal"]!, Text("out-data"), Text("err-data"));

                string Text(string name) => Encoding.UTF8.GetString(Convert.FromBase64String((string?)status[name] ?? ""));
            }

            if (Stopwatch.GetElapsedTime(started) > (patience ?? TimeSpan.FromSeconds(120)))
            {
                throw new TimeoutException(script);
            }

            await Task.Delay(50);
        }
    }

    /// <summary>Runs a shell script that must succeed; returns what it wrote.</summary>
    public async Task<string> SucceedAsync(string script)
    {
        var result = await RunAsync(script);
        Assert.True(result.ExitCode == 0, $"{script}: {result}");
        return result.Output;
    }

    /// <summary>Restarts it as an administrator does.</summary>
    public async Task RebootAsync()
    {
        const string Boot = "cat /proc/sys/kernel/random/boot_id";
        var before = await SucceedAsync(Boot);
        await SucceedAsync("nohup sh -c 'sleep 0.2; systemctl reboot' >/dev/null 2>&1 &");
        await Eventually.TrueAsync(
            async () =>
            {
                // What answers at first may still be the one that goes down.
                _agent!.Dispose();
                await UntilReachableAsync(Path.Combine(_folder, "agent"));
                try
                {
                    return (await RunAsync(Boot, TimeSpan.FromSeconds(5))).Output is { Length: > 0 } now && now != before;
                }
                catch (Exception e) when (IsGone(e))
                {
                    return false;
                }
            },
            timeout: TimeSpan.FromSeconds(180));
    }

    /// <summary>Takes its power away.</summary>
    public async Task CutPowerAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _monitor?.Dispose();
        _agent?.Dispose();
        (_process, _monitor, _agent) = (null, null, null);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await CutPowerAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    // The other side ended, or ended in the middle of a word.
    private static bool IsGone(Exception e) =>
        e is IOException or OperationCanceledException or TimeoutException or SocketException or JsonException or InvalidOperationException;

    private async Task UntilReachableAsync(string path)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            _agent = new JsonSocket();
            try
            {
                await _agent.ConnectAsync(path);
                await _agent.SynchronizeAsync(TimeSpan.FromSeconds(2));
                await _agent.RunAsync("guest-exec", new Dictionary<string, object> { ["path"] = "/bin/true" }, TimeSpan.FromSeconds(5));
                return;
            }
            catch (Exception e) when (IsGone(e))
            {
                _agent.Dispose();
                if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(180) || _process is { HasExited: true })
                {
                    throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"the machine did not start\n{Console}"), e);
                }

                await Task.Delay(200);
            }
        }
    }

    private static async Task QemuAsync(params string[] arguments)
    {
        using var process = Process.Start(Qemu.Value, arguments);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }
}
