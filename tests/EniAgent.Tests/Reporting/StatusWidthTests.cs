using EniAgent.Reporting;

namespace EniAgent.Tests.Reporting;

/// <summary>Whatever there is to report fits on 80 columns, in both languages, with and without signs.</summary>
public class StatusWidthTests
{
    private static readonly string[] States = ["in-sync", "failed", "excluded", "no-link", "pending"];
    private static readonly string[] AddressStates = ["ok", "missing", "adopted", "conflict"];
    private static readonly string[] Kinds = [WaitFor.Metadata, WaitFor.Nic, WaitFor.Eni, WaitFor.Documents, WaitFor.Confirmation, WaitFor.Retry, WaitFor.Repair];
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void No_line_is_wider_than_80_columns()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var report = Report(new Random(seed));
            foreach (var language in (Language[])[Language.English, Language.Chinese])
            {
                using var output = new StringWriter();
                StatusText.Write(output, new Terminal(false, UseSymbols: seed % 2 == 0), language, Now, report);
                Assert.All(output.ToString().Split('\n'), line => Assert.True(
                    Columns.WidthOf(line) <= Terminal.Width || line.Split(' ').Any(word => Columns.WidthOf(word) > Terminal.Width - 13),
                    $"seed {seed}, {Columns.WidthOf(line)} columns: {line}"));
            }
        }
    }

    private static StatusReport Report(Random random) => new()
    {
        Version = "1.0.0",
        InstanceId = Maybe(random, () => Word(random, 128)),
        State = Pick(random, ["in-sync", "converging", "degraded", "waiting-for-metadata"]),
        LastSync = random.Next(2) == 0 ? null : Now - TimeSpan.FromSeconds(Math.Pow(10, random.Next(9))),
        LastError = Maybe(random, () => Sentence(random)),
        Backend = new BackendReport(Pick(random, ["none", "networkmanager"]), Sentence(random)) { InSync = random.Next(2) == 0, Notes = [Sentence(random)] },
        DaemonPid = random.Next(2) == 0 ? null : random.Next(4_194_304),
        LockHolder = random.Next(2) == 0 ? null : random.Next(4_194_304),
        WaitingFor = [.. Kinds.Where(_ => random.Next(2) == 0).Select(kind => new WaitReport(kind, "52:54:00:00:00:00")
        {
            Since = Now - TimeSpan.FromDays(1000),
            Until = Now,
            Attempts = random.Next(),
            Detail = Maybe(random, () => Sentence(random)),
        })],
        NotSeen = ["/run/eni-agent/ledger.json", "/var/lib/eni-agent/state.json", "/run/eni-agent/snapshot.json"],
        Enis = [.. Enumerable.Range(0, random.Next(4)).Select(i => Eni(random, i))],
    };

    private static EniReport Eni(Random random, int slot) => new()
    {
        Mac = "52:54:00:00:00:00",
        Interface = Maybe(random, () => Word(random, 15)),
        Primary = slot == 0,
        SubnetId = Maybe(random, () => Word(random, 128)),
        VpcId = Maybe(random, () => Word(random, 20)),
        Subnet = Pick(random, ["10.0.0.0/8", "255.255.255.255/32", null]),
        Slot = slot,
        Table = (uint)(random.Next(2) == 0 ? 31000 : uint.MaxValue),
        Gateway = Pick(random, ["10.0.0.1", "255.255.255.255", null]),
        State = Pick(random, States),
        Addresses = [.. Enumerable.Range(0, random.Next(4)).Select(i => new AddressReport
        {
            Address = Pick(random, ["10.0.0.1/8", "255.255.255.255/32"]),
            Primary = i == 0,
            PublicAddress = Pick(random, ["1.1.1.1", "255.255.255.255", null]),
            PublicAddressMode = Pick(random, ["NAT", "direct", Word(random, 60), null]),
            State = Pick(random, AddressStates),
        })],
        Error = Maybe(random, () => Sentence(random)),
    };

    private static T Pick<T>(Random random, T[] choices) => choices[random.Next(choices.Length)];

    private static string? Maybe(Random random, Func<string> make) => random.Next(3) == 0 ? null : make();

    private static string Word(Random random, int longest) => new('x', random.Next(1, longest + 1));

    private static string Sentence(Random random) => string.Join(' ', Enumerable.Range(0, random.Next(1, 40)).Select(_ => Word(random, 25)));
}
