using EniAgent.Doctor.Words;
using EniAgent.Persistence.Backends;
using EniAgent.Persistence.Detection;
using EniAgent.Persistence.Files;
using EniAgent.Reporting;

namespace EniAgent.Doctor.Checks;

/// <summary>Whether the machine's network files are what the next boot needs.</summary>
internal sealed class FileCheck : ICheck
{
    private const string Backend = "backend", Files = "files", InTheWay = "file-in-the-way", Former = "file-of-another-nic";

    public IReadOnlyList<string> Ids => [Backend, Files, InTheWay, Former];

    public string Topic(Language language) => new FileWords(language).Topic;

    public void Look(Examination facts, Findings found)
    {
        var words = new FileWords(facts.Language);
        LookForFormer(facts, words, found);
        if (facts.Result?.Files is not { } files)
        {
            return;
        }

        if (files.Choice.Renderer is null)
        {
            found.Note(Backend, files.Choice.Name, words.NoBackend, [facts.Language.Say(files.Choice.Why.Said)]);
        }

        foreach (var change in files.Plan.Changes)
        {
            var summary = change.Sign switch { '+' => words.Absent(change.Path), '-' => words.Leftover(change.Path), _ => words.Stale(change.Path) };
            found.Suspect(facts.SeesAll, Files, change.Path, summary, change.Sign == '~' ? [words.Differs($"{WithoutSecrets(change)}")] : [], [facts.Converge]);
        }

        foreach (var finding in files.Plan.Findings)
        {
            if (finding.IsNote)
            {
                found.Note(InTheWay, finding.Path, words.InTheWay(finding.Path), [facts.Language.Say(finding.Said)]);
            }
            else
            {
                found.Suspect(facts.SeesAll, InTheWay, finding.Path, words.InTheWay(finding.Path), [facts.Language.Say(finding.Said)], [$"less {Typed.File(facts, finding.Path)}", facts.Converge]);
            }
        }

        foreach (var problem in files.Problems)
        {
            found.Suspect(facts.SeesAll, InTheWay, "", words.Unreadable, [problem], [facts.Converge]);
        }

        if (files.Plan.Changes.Count + files.Problems.Count == 0)
        {
            found.Ok(Files, files.Choice.Name, words.InSync(files.Choice.Name));
        }
    }

    private static FileChange WithoutSecrets(FileChange change) => change with { Before = Redaction.Of(change.Before!), After = Redaction.Of(change.After!) };

    // While metadata has not answered, nobody knows whose they are.
    private static void LookForFormer(Examination facts, FileWords words, Findings found)
    {
        if (facts.MetadataFailure is null)
        {
            return;
        }

        foreach (var folder in BackendDetector.All.SelectMany(renderer => renderer.Folders).Distinct())
        {
            foreach (var path in OwnFiles.In(facts.Files, folder))
            {
                if (facts.Files.Read(path) is FileContent.Text { Value: var text } && Marker.Is(text) && Marker.MacOf(text) is { } mac && facts.Links.All(link => link.Mac != mac))
                {
                    found.Warn(Former, path, words.FormerFile(path), [text.Split('\n')[0]], [$"{(OwnFiles.IsName(path) ? "rm" : "less")} {Typed.File(facts, path)}"]);
                }
            }
        }
    }
}
