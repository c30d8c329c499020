using EniAgent.Doctor.Words;
using EniAgent.Reporting;

namespace EniAgent.Doctor;

/// <summary>Prints what was found for people, on 80 columns: the worst first, and what to type on lines of its own, which are never broken.</summary>
internal static class DoctorText
{
    private const int Indent = 4;

    /// <param name="output">Where to.</param>
    /// <param name="terminal">Colours.</param>
    /// <param name="language">The findings' own.</param>
    /// <param name="looked">The checks that had something to look at.</param>
    /// <param name="findings">The worst first.</param>
    /// <param name="showAll">Whether what is well is shown one by one.</param>
    public static void Write(TextWriter output, Terminal terminal, Language language, IReadOnlyList<ICheck> looked, IReadOnlyList<Finding> findings, bool showAll)
    {
        var words = new DoctorWords(language);
        foreach (var finding in findings)
        {
            if (finding.Level > Level.Ok)
            {
                Write(output, terminal, words, finding);
            }
            else if (showAll)
            {
                Wrapped(output, terminal.Green(words.LevelOf(Level.Ok)) + " ", Columns.WidthOf(words.LevelOf(Level.Ok)) + 1, $"{finding.Check} {finding.Subject}: {finding.Summary}");
            }
        }

        var fine = TopicsThatAreWell(language, looked, findings);
        if (fine.Count > 0)
        {
            foreach (var line in Columns.Wrap(words.Fine(string.Join(words.Comma, fine)), Terminal.Width))
            {
                output.WriteLine(terminal.Green(line));
            }
        }

        output.WriteLine(words.Count(CountOf(findings, Level.Error), CountOf(findings, Level.Warning), CountOf(findings, Level.Note)));
    }

    private static void Write(TextWriter output, Terminal terminal, DoctorWords words, Finding finding)
    {
        var label = words.LevelOf(finding.Level);
        var painted = finding.Level switch { Level.Error => terminal.Red(label), Level.Warning => terminal.Yellow(label), _ => terminal.Bold(label) };
        Wrapped(output, painted + "  ", Columns.WidthOf(label) + 2, $"{finding.Summary} [{finding.Check}]");
        var start = words.Because;
        foreach (var evidence in finding.Evidence)
        {
            Wrapped(output, new string(' ', Indent) + Columns.Pad(start, Columns.WidthOf(words.Because)) + " ", Indent + Columns.WidthOf(words.Because) + 1, evidence);
            start = "";
        }

        if (finding.Remedy.Count > 0)
        {
            output.WriteLine(new string(' ', Indent) + words.Type);
            foreach (var command in finding.Remedy)
            {
                output.WriteLine(new string(' ', 2 * Indent) + terminal.Bold(command));
            }
        }

        output.WriteLine();
    }

    private static void Wrapped(TextWriter output, string start, int indent, string text)
    {
        foreach (var line in Columns.Wrap(text, Terminal.Width - indent))
        {
            output.WriteLine(start + line);
            start = new string(' ', indent);
        }
    }

    private static List<string> TopicsThatAreWell(Language language, IReadOnlyList<ICheck> looked, IReadOnlyList<Finding> findings)
    {
        var topics = new List<string>();
        foreach (var check in looked)
        {
            var isWell = true;
            foreach (var finding in findings)
            {
                isWell &= finding.Level <= Level.Note || !check.Ids.Contains(finding.Check);
            }

            if (isWell)
            {
                topics.Add(check.Topic(language));
            }
        }

        return topics;
    }

    private static int CountOf(IReadOnlyList<Finding> findings, Level level)
    {
        var count = 0;
        foreach (var finding in findings)
        {
            count += finding.Level == level ? 1 : 0;
        }

        return count;
    }
}
