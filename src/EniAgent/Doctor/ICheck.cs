using EniAgent.Reporting;

namespace EniAgent.Doctor;

/// <summary>Looks at facts that are there already, for one kind of trouble.</summary>
internal interface ICheck
{
    /// <summary>What it looks at, in a word: for the line that says what is well.</summary>
    string Topic(Language language);

    /// <summary>Whether there is nothing to look at before metadata has answered.</summary>
    bool NeedsBelief => true;

    /// <summary>The names of what it can find, as docs/doctor.md has them.</summary>
    IReadOnlyList<string> Ids { get; }

    void Look(Examination facts, Findings found);
}
