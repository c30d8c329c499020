using EniAgent.Core.Addressing;
using EniAgent.Core.Desired;
using EniAgent.Core.Metadata;
using EniAgent.Core.Planning;
using EniAgent.Persistence.Files;
using EniAgent.Reconciliation;

namespace EniAgent.Reporting;

/// <summary>
/// Prints a plan as a diff reads: under a heading for each ENI a line a step in the words of <c>ip</c> with its reason, then what serves all ENIs, then files and
/// the lines that change in them, then a count. In which order the steps are made is not to be seen here: what is new stands before anything old goes.
/// </summary>
internal sealed class PlanText
{
    private readonly TextWriter _output;
    private readonly Terminal _terminal;
    private readonly ReconcileResult _result;
    private bool _hasBegun;

    private PlanText(TextWriter output, Terminal terminal, ReconcileResult result) => (_output, _terminal, _result) = (output, terminal, result);

    public static void Write(TextWriter output, Terminal terminal, ReconcileResult result) => new PlanText(output, terminal, result).Write();

    private void Write()
    {
        var steps = _result.Planning.Plan.Steps;
        var files = _result.Files?.Plan ?? FilePlan.Empty;
        var written = new HashSet<MacAddress>();
        foreach (var eni in _result.Desired.Enis.Where(eni => written.Add(eni.Mac)))
        {
            WriteEni(eni.Mac, eni, [.. steps.Where(step => step.Eni == eni.Mac)]);
        }

        foreach (var step in steps)
        {
            if (step.Eni is { } mac && written.Add(mac))
            {
                WriteEni(mac, null, [.. steps.Where(other => other.Eni == mac)]);
            }
        }

        WriteSteps("all ENIs", [.. steps.Where(step => step.Eni is null)]);
        WriteFiles(files);
        string[] problems =
        [
            .. _result.Files?.Problems ?? [],
            .. files.Findings.Select(finding => finding.ToString()),
            .. _result.Planning.Conflicts.Select(conflict => conflict.Message.English),
        ];
        if (problems.Length > 0)
        {
            Space();
        }

        foreach (var problem in problems)
        {
            _terminal.WriteWrapped(_output, "! ", PlainText.Escape(problem));
        }

        Space();
        char[] signs = [.. steps.Select(s => s.Sign), .. files.Changes.Select(c => c.Sign)];
        _output.WriteLine(signs.Length == 0 ? "in sync, nothing to do" : Count(signs));
    }

    private void WriteEni(MacAddress mac, DesiredEni? eni, IReadOnlyList<Step> steps)
    {
        var name = (eni?.Link ?? _result.Observed.Links.FirstOrDefault(link => link.Mac == mac))?.Name ?? "-";
        var heading = $"{name}  {mac}  {(eni is null ? "not in metadata" : eni.IsPrimary ? "primary" : "secondary")}";
        WriteSteps(heading, steps);
        if ((eni?.Error?.English ?? (eni?.Condition == EniCondition.NoLink ? "no NIC of this machine has its MAC" : null)) is { } error)
        {
            if (steps.Count == 0)
            {
                Heading(heading);
            }

            _terminal.WriteWrapped(_output, "! ", error);
        }
    }

    private void WriteSteps(string heading, IReadOnlyList<Step> steps)
    {
        if (steps.Count > 0)
        {
            Heading(heading);
        }

        foreach (var step in steps)
        {
            WriteStep(step);
        }
    }

    private void WriteStep(Step step)
    {
        var text = $"{step.Sign} {StepText.Of(step, _result.LinkName)}";
        WriteReasoned(text, Paint(step.Sign, text), step.Reason);
    }

    // The reason stands behind what it is the reason of where the line has room, and below it otherwise.
    private void WriteReasoned(string text, string painted, string reason)
    {
        var remark = "# " + reason;
        var below = text.Length + 2 + remark.Length > Terminal.Width ? "\n    " : "  ";
        _output.WriteLine(painted + below + _terminal.Dim(remark));
    }

    private void WriteFiles(FilePlan files)
    {
        if (files.Changes.Count > 0)
        {
            Space();
            var heading = $"files  {_result.Files!.Choice.Name}";
            WriteReasoned(heading, _terminal.Bold(heading), _result.Files.Choice.Why.Said.English);
        }

        foreach (var change in files.Changes)
        {
            _output.WriteLine(Paint(change.Sign, $"{change.Sign} {PlainText.Escape(change.Path)}"));
            foreach (var line in change.Lines)
            {
                _output.WriteLine("    " + Paint(line[0], PlainText.Escape(line)));
            }
        }
    }

    private void Heading(string text)
    {
        Space();
        _output.WriteLine(_terminal.Bold(text));
    }

    // Above every part but the first.
    private void Space()
    {
        if (_hasBegun)
        {
            _output.WriteLine();
        }

        _hasBegun = true;
    }

    private string Paint(char sign, string text) => sign switch
    {
        '+' => _terminal.Green(text),
        '-' => _terminal.Red(text),
        _ => _terminal.Yellow(text),
    };

    private static string Count(char[] signs) =>
        $"{signs.Length} {(signs.Length == 1 ? "step" : "steps")}: {signs.Count(s => s == '+')} to add, "
        + $"{signs.Count(s => s == '~')} to change, {signs.Count(s => s == '-')} to remove";
}
