namespace EniAgent.Chaos.Soak;

/// <summary>How fast a soak goes.</summary>
/// <param name="Configuration">What eni-agent.conf says.</param>
/// <param name="Poll">[Agent] PollInterval, as it follows from that.</param>
/// <param name="Address">How often an address comes; it goes again half of that later.</param>
/// <param name="Eni">The same of an ENI.</param>
/// <param name="Hiccup">How often metadata answers badly once.</param>
/// <param name="Drift">How often somebody undoes something of ours.</param>
/// <param name="Containers">How often containers come and go.</param>
/// <param name="Sample">How often it is looked what the agent holds and has used.</param>
internal sealed record Pace(string Configuration, TimeSpan Poll, TimeSpan Address, TimeSpan Eni, TimeSpan Hiccup, TimeSpan Drift, TimeSpan Containers, TimeSpan Sample)
{
    /// <summary>A busy machine with the agent as it is installed: polls every 10 s.</summary>
    public static Pace Realistic { get; } = new("", Seconds(10), Seconds(40), Seconds(120), Seconds(60), Seconds(60), Seconds(30), Seconds(5));

    /// <summary>The same within seconds, to try the soak itself.</summary>
    public static Pace Hurried { get; } = new("[Agent]\nPollInterval=1s\n", Seconds(1), Seconds(2.6), Seconds(6), Seconds(3.1), Seconds(2.3), Seconds(1.7), Seconds(0.25));

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
