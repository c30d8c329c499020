using System.Globalization;
using EniAgent.Doctor.Words;
using EniAgent.Reporting;

namespace EniAgent.Doctor.Checks;

/// <summary>Whether the service runs and does its work, and whether its memory and its configuration are this machine's.</summary>
internal sealed class AgentCheck : ICheck
{
    private const string Daemon = "daemon", Lock = "lock", Interrupted = "interrupted", Clone = "cloned-image", Configuration = "configuration";

    // Polls that a daemon may be behind, on a machine that is busy.
    private const int Polls = 6;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public IReadOnlyList<string> Ids => [Daemon, Lock, Interrupted, Clone, Configuration];

    public bool NeedsBelief => false;

    public string Topic(Language language) => new MachineWords(language).Agent;

    public void Look(Examination facts, Findings found)
    {
        var words = new MachineWords(facts.Language);
        LookAtDaemon(facts, words, found);
        if (facts.IsInterrupted && facts.Machine is { DaemonPid: null, LockHolder: null })
        {
            found.Warn(Interrupted, "transaction.json", words.Interrupted, [], [facts.Converge]);
        }

        if (facts.IsClone)
        {
            found.Warn(Clone, facts.Belief!.Snapshot.InstanceId, words.Clone, [words.CloneIds(facts.FormerInstance, facts.Belief.Snapshot.InstanceId)], [facts.Converge]);
        }

        if (facts.Result is not null && facts.MetadataFailure is null)
        {
            LookAtConfiguration(facts, words, found);
        }
    }

    private static void LookAtDaemon(Examination facts, MachineWords words, Findings found)
    {
        var (pid, status) = (facts.Machine.DaemonPid, facts.Machine.Status);
        if (facts.Machine.LockHolder is { } holder)
        {
            found.Note(Lock, "lock", words.Holder(holder), []);
            return;
        }

        if (pid is not { } process || status is null)
        {
            found.Note(Daemon, "eni-agent.service", words.NoDaemon, [], ["systemctl enable --now eni-agent"]);
            return;
        }

        // It reports at every poll, also while it holds changes back and looks at nothing.
        var allowed = Patience + (Polls * facts.Options.Agent.PollInterval);
        if (facts.MetadataFailure is null && facts.Machine.Now - facts.Machine.StatusWritten is { } silence && silence > allowed)
        {
            var last = (facts.Machine.Now - silence).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            found.Error(Lock, "lock", words.Stuck(process), [words.LastReport(last)], [$"cat /proc/{process}/status", "journalctl -u eni-agent -n 50", "systemctl restart eni-agent"]);
        }
        else if (status.WaitingFor.FirstOrDefault(wait => wait.For is WaitFor.Retry or WaitFor.Repair) is { } wait)
        {
            // What others have found is found because of this.
            var reason = status.Trouble is { } trouble ? (string[])[facts.Language.Say(trouble)] : [];
            found.Warn(Daemon, "eni-agent.service", words.Troubled, [.. reason, new StatusWords(facts.Language).Wait(wait, facts.Machine.Now)], ["journalctl -x -u eni-agent -n 50"]);
        }
        else if (status.Trouble is { } error && facts.MetadataFailure is null && !found.HasTroubleBut())
        {
            found.Warn(Daemon, "eni-agent.service", words.Troubled, [facts.Language.Say(error)], ["journalctl -x -u eni-agent -n 50"]);
        }
        else
        {
            found.Ok(Daemon, "eni-agent.service", words.Running(process));
        }
    }

    private static void LookAtConfiguration(Examination facts, MachineWords words, Findings found)
    {
        foreach (var (selector, _) in facts.Options.Enis)
        {
            if (!facts.Enis.Any(eni => selector.Matches(eni.Mac, eni.Metadata?.Subnet ?? default, eni.Link?.Name)))
            {
                NoMatch($"[Eni {selector}]");
            }
        }

        foreach (var route in facts.Options.Routes)
        {
            if (!facts.Enis.Any(eni => route.Eni.Matches(eni.Mac, eni.Metadata?.Subnet ?? default, eni.Link?.Name)))
            {
                NoMatch($"[Route {route.Name}] Eni={route.Eni}");
            }
        }

        void NoMatch(string section) => found.Warn(Configuration, section, words.NoMatch(section), [], ["eni-agent config", "eni-agent status"]);
    }
}
