using EniAgent.Configuration;
using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Planning;
using EniAgent.Doctor.Words;
using EniAgent.Reporting;

namespace EniAgent.Doctor.Checks;

/// <summary>Whether metadata answers, soon enough, what is of use, and whether other programs reach it as well.</summary>
internal sealed class MetadataCheck : ICheck
{
    public const string Answer = "metadata", Eni = "eni-metadata";

    private const string Way = "metadata-route";

    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(500);

    public IReadOnlyList<string> Ids => [Answer, Way, Eni];

    public bool NeedsBelief => false;

    public string Topic(Language language) => new MetadataWords(language).Topic;

    public void Look(Examination facts, Findings found)
    {
        var words = new MetadataWords(facts.Language);
        var endpoint = facts.Options.Metadata.Endpoint;
        var url = $"http://{endpoint}/latest/meta-data/";
        var took = (long)facts.MetadataTime.TotalMilliseconds;
        if (facts.MetadataFailure is { } failure)
        {
            found.Error(
                Answer,
                endpoint.ToString(),
                words.Unreachable,
                [facts.Language.Say(failure.Message), facts.Belief is null ? words.NeverAnswered : words.Remembered, .. WayTo(facts, words)],
                [$"ip route get {endpoint.Address}", $"curl -sS -m 5 {url}mac"]);
        }
        else if (LookAtWay(facts, words, found) && facts.MetadataTime > Slow)
        {
            var timeout = DurationSyntax.Format(facts.Options.Metadata.Timeout);
            found.Warn(Answer, endpoint.ToString(), words.Slow(took), [words.SlowMatters(timeout)], ["curl -sS -m 5 -o /dev/null -w '%{time_total} s\\n' " + url + "mac"]);
        }
        else
        {
            found.Ok(Answer, endpoint.ToString(), words.Answers(took));
        }

        foreach (var fault in facts.Belief?.Snapshot.Faults ?? [])
        {
            found.Warn(Eni, $"{fault.Mac}", fault.IsPending ? words.Pending($"{fault.Mac}") : words.Faulty($"{fault.Mac}"), [facts.Language.Say(fault.Message)], [$"curl -sS -m 5 {url}network/interfaces/macs/{fault.Mac}/"]);
        }

    }

    private static IEnumerable<string> WayTo(Examination facts, MetadataWords words)
    {
        if (facts.Managed.FirstOrDefault(eni => eni.IsPrimary) is { Metadata: { } primary } eni && facts.IsPresent(eni, primary.PrimaryAddress))
        {
            yield return words.Way($"{primary.PrimaryAddress}", PathText.Of(facts, facts.Kernel.PathOf(primary.PrimaryAddress, Service(facts))));
        }
    }

    // True where nothing draws other programs' requests away: classic network-scripts add 169.254.0.0/16 for every NIC.
    private static bool LookAtWay(Examination facts, MetadataWords words, Findings found)
    {
        if (facts.Managed.FirstOrDefault(eni => eni.IsPrimary)?.Link is not { IsUp: true } primary)
        {
            return true;
        }

        var path = facts.Kernel.PathOf(default, Service(facts));
        if (path is { Failure: null, Route: { } route } && path.LinkIndex != primary.Index && facts.Managed.Any(eni => eni.Link!.Index == path.LinkIndex) && !route.Destination.IsDefault)
        {
            var text = StepText.Of(route, facts.LinkName);
            found.Warn(Way, facts.LinkName(path.LinkIndex), words.WrongWay(facts.LinkName(path.LinkIndex)), [text, words.Detour], [$"ip route del {text}"]);
            return false;
        }

        return true;
    }

    private static IpAddress Service(Examination facts) => IpAddress.Parse(facts.Options.Metadata.Endpoint.Address.ToString());
}
