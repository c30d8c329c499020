using System.Globalization;

namespace EniAgent.Reporting;

/// <summary>Prints a report for people, on 80 columns.</summary>
internal static class StatusText
{
    /// <summary>One line: how many ENIs and addresses there are, and whether all is in sync.</summary>
    public static string Summary(StatusReport report, int changes)
    {
        var (enis, addresses) = (report.Enis.Count, report.Enis.Sum(eni => eni.Addresses.Count));
        return $"{enis} {(enis == 1 ? "ENI" : "ENIs")}, {addresses} {(addresses == 1 ? "address" : "addresses")}, {report.State.Replace('-', ' ')}"
            + (changes == 0 ? "" : $", {changes} {(changes == 1 ? "change" : "changes")} made");
    }

    public static void Write(TextWriter output, Terminal terminal, StatusReport report)
    {
        output.WriteLine($"{terminal.Bold("eni-agent")} {report.Version}   instance {report.InstanceId ?? "unknown"}   {Paint(terminal, report.State, report.State)}");
        output.WriteLine($"daemon     {(report.DaemonPid is { } pid ? $"running, process {pid}" : "not running")}");
        output.WriteLine($"back end   {report.Backend.Name}: {report.Backend.Reason}");
        if (report.Backend.Name != "none")
        {
            output.WriteLine($"files      {(report.Backend.InSync ? terminal.Green("in sync") : terminal.Red("not in sync"))}");
        }

        foreach (var note in report.Backend.Notes)
        {
            terminal.WriteWrapped(output, "file       ", note);
        }

        output.WriteLine($"last sync  {Time(report.LastSync)}   last change  {Time(report.LastChange)}");
        if (report.LastError is { } error)
        {
            terminal.WriteWrapped(output, "error      ", error);
        }

        foreach (var eni in report.Enis)
        {
            output.WriteLine();
            output.WriteLine(
                $"{terminal.Bold((eni.Interface ?? "-").PadRight(10))} {eni.Mac}  {(eni.Primary ? "primary" : "secondary"),-9}  "
                + $"{eni.Subnet ?? "-",-18}  {Paint(terminal, eni.State, eni.State)}");
            output.WriteLine($"  gateway {eni.Gateway ?? "-"}  table {eni.Table}  {eni.SubnetId ?? "-"}  {eni.VpcId ?? ""}".TrimEnd());
            foreach (var address in eni.Addresses)
            {
                var eip = address.PublicAddress is null ? "" : $"{address.PublicAddress} ({address.PublicAddressMode ?? "EIP"})";
                output.WriteLine(
                    $"  {address.Address,-19} {(address.Primary ? "primary" : ""),-8} {eip,-26} {Paint(terminal, address.State, address.State)}");
            }

            if (eni.Error is { } problem)
            {
                terminal.WriteWrapped(output, "  error: ", problem);
            }
        }
    }

    private static string Paint(Terminal terminal, string text, string state) => state switch
    {
        "in-sync" or "ok" or "adopted" => terminal.Green(text),
        "failed" or "conflict" or "degraded" or "missing" => terminal.Red(text),
        _ => terminal.Yellow(text),
    };

    private static string Time(DateTimeOffset? time) =>
        time is { } t ? t.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : "never";
}
