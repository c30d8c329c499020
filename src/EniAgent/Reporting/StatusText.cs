namespace EniAgent.Reporting;

/// <summary>Prints a report for people, on 80 columns: what holds for the machine, then a table of the ENIs with their addresses.</summary>
internal sealed class StatusText
{
    private const string Gap = "  ";

    private readonly TextWriter _output;
    private readonly Terminal _terminal;
    private readonly StatusWords _words;
    private readonly DateTimeOffset _now;

    private StatusText(TextWriter output, Terminal terminal, Language language, DateTimeOffset now) =>
        (_output, _terminal, _words, _now) = (output, terminal, new StatusWords(language), now);

    /// <summary>One line for logs: how many ENIs and addresses there are, and whether all is in sync.</summary>
    public static string Summary(StatusReport report, int changes)
    {
        var (enis, addresses) = (report.Enis.Count, report.Enis.Sum(eni => eni.Addresses.Count));
        return $"{enis} {(enis == 1 ? "ENI" : "ENIs")}, {addresses} {(addresses == 1 ? "address" : "addresses")}, {report.State.Replace('-', ' ')}"
            + (changes == 0 ? "" : $", {changes} {(changes == 1 ? "change" : "changes")} made");
    }

    /// <summary>Prints a report.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="terminal">What it can show.</param>
    /// <param name="language">The language to print it in.</param>
    /// <param name="now">The time by which ages are told.</param>
    /// <param name="report">The report.</param>
    public static void Write(TextWriter output, Terminal terminal, Language language, DateTimeOffset now, StatusReport report)
    {
        var text = new StatusText(output, terminal, language, now);
        text.WriteMachine(report);
        text.WriteEnis(report.Enis);
    }

    private void WriteMachine(StatusReport report)
    {
        _output.WriteLine($"{_terminal.Bold("eni-agent")} {report.Version}");
        Field(_words.State, _words.StateOf(report.State), report.State);
        Field(_words.Instance, report.InstanceId ?? _words.Unknown);
        Field(_words.Daemon, report.DaemonPid is { } pid ? _words.Running(pid) : _words.NotRunning);
        if (report.LockHolder is { } holder)
        {
            Field(_words.Lock, _words.HeldBy(holder));
        }

        Field(_words.BackEnd, _words.BackEndIs(report.Backend));
        if (report.Backend.Name != "none")
        {
            Field(_words.Files, _words.FilesState(report.Backend.InSync), report.Backend.InSync ? "ok" : "failed");
        }

        foreach (var note in report.Backend.Findings)
        {
            Field(_words.Note, _words.Say(note), "note");
        }

        Field(_words.LastSync, _words.Time(report.LastSync, _now));
        Field(_words.LastChange, _words.Time(report.LastChange, _now));
        foreach (var wait in report.WaitingFor)
        {
            Field(_words.WaitingFor, _words.Wait(wait, _now), "pending");
        }

        if (report.Trouble is { } error)
        {
            Field(_words.Error, _words.Say(error), "failed");
        }

        if (report.NotSeen.Count > 0)
        {
            Field(_words.NotSeen, _words.Hidden(report.NotSeen, Environment.IsPrivilegedProcess), "note");
        }
    }

    private void WriteEnis(IReadOnlyList<EniReport> enis)
    {
        if (enis.Count == 0)
        {
            return;
        }

        // All columns but the last one, which has the state, are as wide as their widest cell.
        var rows = enis.Select(eni => new[] { _words.Eni(eni.Primary), eni.Interface ?? "-", eni.Mac, eni.Subnet ?? "-", eni.Slot < 0 ? "-" : $"{eni.Table}" }).ToList();
        var headings = _words.Headings;
        var widths = headings.SkipLast(1).Select((heading, i) => rows.Select(row => row[i]).Append(heading).Max(Columns.WidthOf)).ToList();
        var states = widths.Sum() + (widths.Count * Gap.Length);
        _output.WriteLine();
        WriteRow(Line(headings.SkipLast(1), widths), headings[^1], null, states);
        foreach (var (eni, row) in enis.Zip(rows))
        {
            WriteRow(Line(row, widths), _words.StateOf(eni.State), eni.State, states);
            foreach (var place in Columns.Wrap(_words.Place(eni), Terminal.Width - Gap.Length).Where(place => place.Length > 0))
            {
                _output.WriteLine(Gap + _terminal.Dim(place));
            }

            WriteAddresses(eni.Addresses, states);

            // What is missing yet is said among what is waited for.
            if (eni.Trouble is { } error && eni.State != "pending")
            {
                _terminal.WriteWrapped(_output, Gap, _words.ErrorOfEni(error));
            }
        }
    }

    private void WriteAddresses(IReadOnlyList<AddressReport> addresses, int states)
    {
        var rows = addresses.Select(address => new[]
        {
            "",
            address.Address,
            _words.Address(address.Primary),
            address.PublicAddress is { } eip ? _words.PublicAddress(eip, address.PublicAddressMode) : "",
        }).ToList();
        var widths = Enumerable.Range(0, rows.FirstOrDefault()?.Length ?? 0).Select(i => rows.Max(row => Columns.WidthOf(row[i]))).ToList();
        foreach (var (address, row) in addresses.Zip(rows))
        {
            WriteRow(Line(row, widths), _words.StateOf(address.State), address.State, states);
        }
    }

    private static string Line(IEnumerable<string> cells, List<int> widths) =>
        string.Join(Gap, cells.Select((cell, i) => Columns.Pad(cell, widths[i]))).TrimEnd();

    // The state stands in its column; further right where there is no room for it, and on a line of its own where there is none at all.
    private void WriteRow(string line, string text, string? state, int column)
    {
        text = Sign(state) + text;
        var (at, width) = (Math.Max(column, Columns.WidthOf(line) + Gap.Length), Columns.WidthOf(text));
        if (at + width > Terminal.Width)
        {
            foreach (var part in Columns.WidthOf(line) <= Terminal.Width ? [line] : Columns.Wrap(line.TrimStart(), Terminal.Width - Gap.Length).Select(part => Gap + part))
            {
                _output.WriteLine(part);
            }

            (line, at) = ("", Terminal.Width - width);
        }

        _output.WriteLine(Columns.Pad(line, at) + Painted(text, state));
    }

    private void Field(string label, string text, string? state = null)
    {
        foreach (var line in Columns.Wrap(Sign(state) + text, Terminal.Width - _words.LabelWidth))
        {
            _output.WriteLine(Columns.Pad(label, _words.LabelWidth) + Painted(line, state));
            label = "";
        }
    }

    // Words tell all there is to tell; signs and colours only make it quicker.
    private string Sign(string? state) => !_terminal.UseSymbols ? "" : HealthOf(state) switch
    {
        Health.Good => "✓ ",
        Health.Bad => "✗ ",
        Health.Unsettled => "… ",
        _ => "",
    };

    private string Painted(string text, string? state) => HealthOf(state) switch
    {
        Health.Good => _terminal.Green(text),
        Health.Bad => _terminal.Red(text),
        Health.Unsettled => _terminal.Yellow(text),
        _ => text,
    };

    private static Health HealthOf(string? state) => state switch
    {
        null => Health.None,
        "in-sync" or "ok" or "adopted" => Health.Good,
        "failed" or "conflict" or "degraded" or "missing" => Health.Bad,
        _ => Health.Unsettled,
    };

    private enum Health
    {
        None,
        Good,
        Unsettled,
        Bad,
    }
}
