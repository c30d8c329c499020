using System.Net;

namespace EniAgent.Metadata.Tests;

/// <summary>The documents of a made-up instance: ENI n has MAC 52:54:00:00:00:0n, subnet 10.0.n.0/24 and addresses from 10.0.n.10 on.</summary>
internal sealed class FakeInstance
{
    public const string Macs = "network/interfaces/macs/";

    public FakeInstance(int enis, int addresses = 1)
    {
        this["instance-id"] = "ins-0a1b2c3d";
        this["mac"] = Mac(0);
        for (var eni = 0; eni < enis; eni++)
        {
            Attach(eni, addresses);
        }
    }

    /// <summary>The documents by path; what is not here answers 404.</summary>
    public Dictionary<string, string> Documents { get; } = [];

    public string this[string path]
    {
        get => Documents[path];
        set => Documents[path] = value;
    }

    public static string Mac(int eni) => $"52:54:00:00:00:{eni:X2}";

    public static string Folder(int eni) => $"{Macs}{Mac(eni)}/";

    public static string List(int eni) => Folder(eni) + "local-ipv4s/";

    public static string Primary(int eni) => Address(eni, 0);

    public static string Address(int eni, int index) => $"10.0.{eni}.{10 + index}";

    public void Attach(int eni, int addresses = 1)
    {
        this[Macs] = string.Concat(Documents.GetValueOrDefault(Macs)?.Split('\n').Where(line => line.Length > 0).Append(Mac(eni) + "/").Select(line => line + "\n")
            ?? [Mac(eni) + "/\n"]);
        this[Folder(eni) + "primary-local-ipv4"] = Primary(eni);
        this[Folder(eni) + "subnet-id"] = $"subnet-{eni}";
        this[Folder(eni) + "vpc-id"] = "vpc-1";
        SetAddresses(eni, [.. Enumerable.Range(0, addresses).Select(index => Address(eni, index))]);
    }

    public void Detach(int eni)
    {
        this[Macs] = this[Macs].Replace(Mac(eni) + "/\n", "", StringComparison.Ordinal);
        Remove(Folder(eni));
    }

    public void SetAddresses(int eni, params string[] addresses)
    {
        Remove(List(eni));
        this[List(eni)] = string.Concat(addresses.Select(address => address + "/\n"));
        foreach (var address in addresses)
        {
            this[$"{List(eni)}{address}/gateway"] = $"10.0.{eni}.1";
            this[$"{List(eni)}{address}/subnet-mask"] = "255.255.255.0";
        }
    }

    public void SetEips(int eni, params (string Address, string Eip)[] eips)
    {
        Remove(Folder(eni) + "public-ipv4s");
        foreach (var path in Documents.Keys.Where(path => path.StartsWith(List(eni), StringComparison.Ordinal) && path.Contains("/public-", StringComparison.Ordinal)).ToList())
        {
            Documents.Remove(path);
        }

        foreach (var (address, eip) in eips)
        {
            this[Folder(eni) + "public-ipv4s"] = Documents.GetValueOrDefault(Folder(eni) + "public-ipv4s") + eip + "\n";
            this[$"{List(eni)}{address}/public-ipv4"] = eip;
            this[$"{List(eni)}{address}/public-ipv4-mode"] = "NAT";
        }
    }

    public void Remove(string prefix)
    {
        foreach (var path in Documents.Keys.Where(path => path.StartsWith(prefix, StringComparison.Ordinal)).ToList())
        {
            Documents.Remove(path);
        }
    }

    public Reply Answer(string path) => Documents.TryGetValue(path, out var text) ? Reply.Text(text) : Reply.Status(404);
}
