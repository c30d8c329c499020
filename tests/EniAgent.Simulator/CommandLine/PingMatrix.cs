using System.Net;
using EniAgent.Simulator.Probes;

namespace EniAgent.Simulator.CommandLine;

/// <summary>Who reaches which address: a row a host (the neighbour in each subnet, the internet side), a column an address.</summary>
internal static class PingMatrix
{
    private const int NameWidth = 15;

    /// <summary>Prints it; whether every ping was answered.</summary>
    internal static async Task<bool> ShowAsync(Vpc vpc, Guest guest, TimeSpan deadline)
    {
        var pings = vpc.Inward(guest).ToArray();
        var lost = (await Pinger.PingAllAsync(pings, deadline)).Select(u => u.Ping).ToHashSet();
        var columns = pings.Select(p => p.To).Distinct().ToArray();
        Console.WriteLine("  " + new string(' ', NameWidth) + string.Concat(columns.Select(c => Cell(c.ToString(), c.ToString()))).TrimEnd());
        foreach (var row in pings.GroupBy(p => p.Name))
        {
            var cells = row.ToDictionary(p => p.To);
            Console.WriteLine("  " + row.Key.Replace("client of ", "", StringComparison.Ordinal).PadRight(NameWidth) + string.Concat(columns.Select(c => Mark(cells.GetValueOrDefault(c), c, lost))).TrimEnd());
        }
        return lost.Count == 0;
    }

    private static string Mark(Ping? ping, IPAddress column, HashSet<Ping> lost) =>
        ping is null ? Cell("", column.ToString())
        : lost.Contains(ping) ? Terminal.Red(Cell("✗", column.ToString()))
        : Terminal.Green(Cell("✓", column.ToString()));

    // As wide as the column's address, the mark in the middle.
    private static string Cell(string text, string address)
    {
        var left = (address.Length - text.Length) / 2;
        return (new string(' ', left) + text).PadRight(address.Length + 2);
    }
}
