namespace EniAgent.Doctor;

/// <summary>What the checks have found so far.</summary>
internal sealed class Findings
{
    private readonly List<Finding> _all = [];

    /// <summary>All of it, the worst first, and of one level in the order of the checks.</summary>
    public IReadOnlyList<Finding> All
    {
        get
        {
            var sorted = new List<Finding>(_all.Count);
            for (var level = Level.Error; level >= Level.Ok; level--)
            {
                sorted.AddRange(_all.FindAll(finding => finding.Level == level));
            }

            return sorted;
        }
    }

    /// <summary>What is no more than passed: for who wants to see everything.</summary>
    public void Ok(string check, string subject, string evidence) => _all.Add(new Finding(check, Level.Ok, subject, evidence, [], []));

    public void Note(string check, string subject, string summary, IReadOnlyList<string> evidence, IReadOnlyList<string>? remedy = null) =>
        _all.Add(new Finding(check, Level.Note, subject, summary, evidence, remedy ?? []));

    public void Warn(string check, string subject, string summary, IReadOnlyList<string> evidence, IReadOnlyList<string> remedy) =>
        _all.Add(new Finding(check, Level.Warning, subject, summary, evidence, remedy));

    public void Error(string check, string subject, string summary, IReadOnlyList<string> evidence, IReadOnlyList<string> remedy) =>
        _all.Add(new Finding(check, Level.Error, subject, summary, evidence, remedy));

    /// <summary>A warning where everything could be seen; a note where what was not seen may explain it.</summary>
    public void Suspect(bool seesAll, string check, string subject, string summary, IReadOnlyList<string> evidence, IReadOnlyList<string> remedy) =>
        _all.Add(new Finding(check, seesAll ? Level.Warning : Level.Note, subject, summary, evidence, remedy));

    /// <summary>Whether something is wrong that other checks than these have found.</summary>
    public bool HasTroubleBut(params ReadOnlySpan<string> checks)
    {
        foreach (var finding in _all)
        {
            if (finding.Level > Level.Note && !checks.Contains(finding.Check))
            {
                return true;
            }
        }

        return false;
    }
}
