using System.Globalization;
using EniAgent.Core.Kernel;
using EniAgent.Doctor.Words;
using EniAgent.Reporting;

namespace EniAgent.Doctor.Checks;

/// <summary>Whether the kernel can do what is needed, the clock is right, and the agent may do its work.</summary>
internal sealed class MachineCheck : ICheck
{
    private const string Feature = "kernel-feature", Clock = "clock", Permission = "permissions";

    // Before this program was made no clock that is right can be.
    private static readonly DateTimeOffset Made = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Jitter = TimeSpan.FromMinutes(1);

    public IReadOnlyList<string> Ids => [Feature, Clock, Permission];

    public bool NeedsBelief => false;

    public string Topic(Language language) => new MachineWords(language).Kernel;

    public void Look(Examination facts, Findings found)
    {
        var words = new MachineWords(facts.Language);
        LookAtKernel(facts, words, found);
        LookAtClock(facts.Machine, words, found);
        LookAtPermissions(facts, words, found);
    }

    private static void LookAtKernel(Examination facts, MachineWords words, Findings found)
    {
        var features = facts.Features;
        Needs(features.RuleSuppression, nameof(features.RuleSuppression), words.CostsSuppression);
        Needs(features.RuleSuppressGroup || !features.RuleSuppression, nameof(features.RuleSuppressGroup), words.CostsGroup);
        Needs(features.RuleProtocol, nameof(features.RuleProtocol), words.CostsRuleProtocol);
        Needs(features.AddressMetric, nameof(features.AddressMetric), words.CostsMetric);
        Needs(features.NoPrefixRoute, nameof(features.NoPrefixRoute), words.CostsNoPrefix);
        Needs(features.GatewayInOwnTable, nameof(features.GatewayInOwnTable), words.CostsGateway);
        Needs(features.StrictDump, nameof(features.StrictDump), words.CostsDump);
        found.Ok(Feature, "kernel", words.Fine(facts.Machine.Release));

        void Needs(bool has, string name, string costs)
        {
            if (!has)
            {
                found.Note(Feature, name, words.Lacks(name, facts.Machine.Release), [costs]);
            }
        }
    }

    private static void LookAtClock(MachineFacts machine, MachineWords words, Findings found)
    {
        string[] remedy = ["timedatectl", "timedatectl set-ntp true", "systemctl restart eni-agent"];
        var last = machine.Status?.LastSync > machine.Status?.LastChange ? machine.Status?.LastSync : machine.Status?.LastChange ?? machine.Status?.LastSync;
        if (machine.Now < Made)
        {
            found.Warn(Clock, "clock", words.ClockWrong(Time(machine.Now)), [], remedy);
        }
        else if (last > machine.Now + Jitter)
        {
            found.Warn(Clock, "clock", words.ClockAhead("status.json", Time(last.Value)), [$"status.json: {Time(last.Value)}", $"date: {Time(machine.Now)}"], remedy);
        }
        else
        {
            found.Ok(Clock, "clock", Time(machine.Now));
        }
    }

    private static void LookAtPermissions(Examination facts, MachineWords words, Findings found)
    {
        var machine = facts.Machine;
        if (!machine.IsRoot)
        {
            found.Note(Permission, "root", words.NotRoot, [.. facts.NotSeen.Select(words.NotSeen)], ["sudo eni-agent doctor"]);
            return;
        }

        if (!machine.MayConfigure)
        {
            found.Error(Permission, "CAP_NET_ADMIN", words.NoCapability, ["/proc/self/status: CapEff"], ["systemctl cat eni-agent", "grep Cap /proc/self/status"]);
        }

        foreach (var (path, problem) in machine.FolderProblems)
        {
            found.Error(Permission, path, words.Folder, [facts.Language.Say(problem)], [$"chown root:root {Typed.Word(path)}", $"chmod 755 {Typed.Word(path)}"]);
        }

        foreach (var path in machine.ReadOnly)
        {
            found.Warn(Permission, path, words.ReadOnly(path), [], [$"findmnt -T {Typed.Word(path)}", $"mount -o remount,rw \"$(findmnt -n -o TARGET -T {Typed.Word(path)})\""]);
        }
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
