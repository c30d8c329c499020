using System.Globalization;
using System.Net;
using EniAgent.Simulator.Metadata;

namespace EniAgent.Simulator.CommandLine;

/// <summary>A VPC to play with: stays until Ctrl-C or the end of the input, and obeys lines such as <c>attach 2</c>.</summary>
internal sealed class UpCommand
{
    private readonly Vpc _vpc;
    private readonly Guest _guest;
    private readonly Dictionary<string, (string Usage, Func<string[], Task> Act)> _verbs;

    private UpCommand(Vpc vpc, Guest guest)
    {
        (_vpc, _guest) = (vpc, guest);
        _verbs = new()
        {
            ["show"] = ("show", _ => ShowAsync()),
            ["ping"] = ("ping", async _ => await PingMatrix.ShowAsync(vpc, guest, TimeSpan.FromMilliseconds(500))),
            ["check"] = ("check                  (every path, both ways)", _ => CheckAsync()),
            ["subnet"] = ("subnet [CIDR [GATEWAY]]", async a => Say(await vpc.CreateSubnetAsync(Word(a, 0), Word(a, 1)))),
            ["attach"] = ("attach [SUBNET-NUMBER [SECONDARY-ADDRESSES]]", async a => Say(await vpc.AttachNewAsync(guest, Subnet(a, 0), Number(a, 1, 0)))),
            ["detach"] = ("detach NIC", a => vpc.DetachNetworkInterfaceAsync(Nic(a))),
            ["assign"] = ("assign NIC [COUNT]", async a => Say(string.Join(' ', await vpc.AssignPrivateIpAddressesAsync(Nic(a), Number(a, 1, 1))))),
            ["unassign"] = ("unassign NIC ADDRESS", a => vpc.UnassignPrivateIpAddressesAsync(Nic(a), IPAddress.Parse(Needed(a, 1)))),
            ["modify"] = ("modify                 (another primary address)", async _ => Say(await vpc.ModifyPrimaryAddressAsync(guest))),
            ["migrate"] = ("migrate SUBNET-NUMBER  (the primary ENI)", async a => Say(await vpc.MigratePrimaryEniAsync(guest, Subnet(a, 0)))),
            ["forget"] = ("forget                 (the former primary address)", _ => vpc.ForgetOldPrimaryAsync(guest.PrimaryEni)),
            ["associate"] = ("associate NIC          (an EIP)", async a => Say((await vpc.AssociateAddressAsync(Nic(a))).Address)),
            ["disassociate"] = ("disassociate NIC", a => vpc.DisassociateAddressAsync(Nic(a))),
            ["rename"] = ("rename NIC NAME", a => guest.RenameNicAsync(Nic(a), Needed(a, 1))),
            ["fault"] = ("fault NAME | fault clear", Fault),
            ["help"] = ("help", _ => Help()),
        };
    }

    internal static async Task<int> RunAsync(SavedCloud saved, CancellationToken end)
    {
        await using var vpc = await Vpc.CreateAsync();
        await new UpCommand(vpc, await vpc.CreateGuestAsync(saved)).ObeyAsync(end);
        return 0;
    }

    internal static async Task<int> RunAsync(int subnets, int enis, int secondaryAddresses, CancellationToken end)
    {
        await using var vpc = await Vpc.CreateAsync();
        for (var i = 0; i < Math.Max(1, subnets); i++)
        {
            await vpc.CreateSubnetAsync();
        }
        var guest = await vpc.CreateGuestAsync(vpc.Subnets[0], new() { SecondaryAddresses = secondaryAddresses });
        for (var i = 1; i < enis; i++)
        {
            await vpc.AttachNewAsync(guest, vpc.Subnets[i % vpc.Subnets.Count], secondaryAddresses);
        }
        await new UpCommand(vpc, guest).ObeyAsync(end);
        return 0;
    }

    private async Task ObeyAsync(CancellationToken end)
    {
        await ShowAsync();
        Console.WriteLine($"'help' lists the commands; enter the guest with: ip netns exec {_guest.Namespace.Name} bash");
        try
        {
            // Reading the console cannot be cancelled: the wait for it can.
            while (await Task.Run(Console.In.ReadLine, CancellationToken.None).WaitAsync(end) is { } line)
            {
                var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (words is ["quit" or "exit", ..])
                {
                    return;
                }
                if (words.Length > 0)
                {
                    await ObeyAsync(words);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C.
        }
    }

    private async Task ObeyAsync(string[] words)
    {
        try
        {
            if (!_verbs.TryGetValue(words[0], out var verb))
            {
                throw new ArgumentException($"unknown command '{words[0]}'; 'help' lists them");
            }
            await verb.Act(words[1..]);
            Console.WriteLine("ok");
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException or Kernel.CommandFailedException)
        {
            Console.WriteLine(Terminal.Red(e.Message));
        }
    }

    private Task ShowAsync()
    {
        Console.WriteLine($"{Terminal.Bold(_vpc.Id)}  fabric {_vpc.FabricNamespace}  internet {Vpc.InternetAddress} in {_vpc.Internet}");
        foreach (var subnet in _vpc.Subnets)
        {
            Console.WriteLine($"  {subnet.Number}  {subnet,-18} gateway {subnet.Gateway,-15} client {subnet.ClientAddress,-15} in {subnet.Client}");
        }
        Console.WriteLine($"{Terminal.Bold(_guest.InstanceId)}  in {_guest.Namespace}");
        foreach (var eni in _guest.Enis)
        {
            Console.WriteLine($"  {eni.NicName,-6} {eni.Mac}  {string.Join(' ', eni.Addresses.Select(a => $"{a}/{eni.Subnet.PrefixLength}"))}"
                + string.Concat(eni.Eips.Select(e => $"  {e.Key} = {e.Value.Address} ({e.Value.ModeText})")));
        }
        return Task.CompletedTask;
    }

    private async Task CheckAsync()
    {
        var failures = await _vpc.AssertEverythingAnswersAsync(_guest);
        foreach (var failure in failures)
        {
            Console.WriteLine(Terminal.Red(failure));
        }
        Console.WriteLine(failures.Count == 0 ? Terminal.Green("everything answers") : $"{failures.Count} failures");
    }

    private Task Help()
    {
        foreach (var (usage, _) in _verbs.Values)
        {
            Console.WriteLine($"  {usage}");
        }
        Console.WriteLine($"  quit\nfaults: {string.Join(' ', FaultCatalogue.Names)}");
        return Task.CompletedTask;
    }

    private Task Fault(string[] arguments)
    {
        var name = Needed(arguments, 0);
        if (name == "clear")
        {
            FaultCatalogue.Clear(_vpc.Metadata);
        }
        else
        {
            FaultCatalogue.Install(name, _guest);
        }
        return Task.CompletedTask;
    }

    private Eni Nic(string[] arguments) =>
        _guest.Enis.FirstOrDefault(e => e.NicName == Needed(arguments, 0)) ?? throw new ArgumentException($"no NIC {arguments[0]}");

    private Subnet Subnet(string[] arguments, int index) =>
        _vpc.Subnets.FirstOrDefault(s => s.Number == Number(arguments, index, 1)) ?? throw new ArgumentException("no such subnet");

    private static void Say(object thing) => Console.WriteLine(thing);

    private static string? Word(string[] arguments, int index) => index < arguments.Length ? arguments[index] : null;

    private static string Needed(string[] arguments, int index) => Word(arguments, index) ?? throw new ArgumentException("something is missing; see 'help'");

    private static int Number(string[] arguments, int index, int otherwise) =>
        Word(arguments, index) is { } word ? int.Parse(word, CultureInfo.InvariantCulture) : otherwise;
}
