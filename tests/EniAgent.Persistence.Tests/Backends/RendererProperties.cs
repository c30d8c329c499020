using System.Text.RegularExpressions;
using CsCheck;
using EniAgent.Core.Addressing;
using EniAgent.Core.Ownership;
using EniAgent.Linux.Files;
using EniAgent.Linux.Host;
using EniAgent.Persistence.Backends;
using EniAgent.Persistence.Files;
using EniAgent.Persistence.Model;

namespace EniAgent.Persistence.Tests.Backends;

/// <summary>What holds for every back end, whatever the ENIs and whatever came before.</summary>
public partial class RendererProperties
{
    private static readonly Gen<BootState> States =
        from addresses in Gen.Int[1, 5].Array[1, 4]
        from shared in Gen.Bool
        from inMain in Gen.Bool
        from route in Gen.Bool
        select StateOf(addresses, shared, inMain, route);

    /// <summary>Every back end, with the files that its machine has of its own.</summary>
    public static TheoryData<string> Names => [.. Machines.All.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_was_rendered_is_rendered_again(string name) => States.Sample(
        state =>
        {
            var machine = Machines.All[name];
            var once = Converge(machine, state, machine.Files);
            Assert.Equal(once.Files, Converge(machine, state, once).Files);
        },
        iter: 200);

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_written_says_what_is_to_be(string name) => States.Sample(
        state =>
        {
            var machine = Machines.All[name];
            var added = Readers.Read(Converge(machine, state, machine.Files)).Except(Readers.Read(machine.Files)).ToHashSet();

            var flavours = new[] { BootRules.Grouped(state), BootRules.Ungrouped(state) }.Select(rules => Readers.Of(state, rules)).ToList();
            Assert.Contains(flavours, wanted => wanted.SetEquals(added));
        },
        iter: 200);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_address_of_every_ENI_stands_in_a_file_and_no_former_one_does(string name) => Gen.Select(States, States).Sample(
        (before, after) =>
        {
            var machine = Machines.All[name];
            var files = Converge(machine, after with { Former = Former(before, after) }, Converge(machine, before, machine.Files));

            var text = string.Concat(files.Files.Values);
            var named = Words().Matches(text).Select(match => match.Value).ToHashSet();
            Assert.All(after.Enis.SelectMany(eni => eni.Addresses), address => Assert.Contains(address.ToString(), named));
            Assert.All(Former(before, after), former => Assert.DoesNotContain(former.Address.ToString(), named));
        },
        iter: 200);

    [Theory]
    [MemberData(nameof(Names))]
    public void What_an_administrator_writes_between_two_runs_is_kept(string name) => Gen.Select(States, States, Gen.Int[0, 1000]).Sample(
        (before, after, place) =>
        {
            var machine = Machines.All[name];
            var files = Converge(machine, before, machine.Files);
            foreach (var (path, text) in files.Files.Where(file => !Marker.Is(file.Value)).ToList())
            {
                // Not inside what is ours: that is between two comments, and is written anew.
                var lines = text.Split('\n').TakeWhile(line => !line.StartsWith("# eni-agent:", StringComparison.Ordinal)).ToList();
                lines.Insert(place % lines.Count, "# an administrator's");
                files.Files[path] = string.Join('\n', lines.Concat(text.Split('\n').Skip(lines.Count - 1)));
            }

            var converged = Converge(machine, after with { Former = Former(before, after) }, files);

            Assert.All(files.Files.Where(file => !Marker.Is(file.Value)), file => Assert.Contains("# an administrator's\n", converged.Files[file.Key], StringComparison.Ordinal));
        },
        iter: 100);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_of_ours_does_not_depend_on_what_came_before(string name) => Gen.Select(States, States).Sample(
        (before, after) =>
        {
            var machine = Machines.All[name];
            var late = Converge(machine, after with { Former = Former(before, after) }, Converge(machine, before, machine.Files));
            var fresh = Converge(machine, after, machine.Files);

            Assert.Equal(Ours(fresh), Ours(late));
        },
        iter: 200);

    [Theory]
    [MemberData(nameof(Names))]
    public void Release_gives_every_file_back_byte_for_byte(string name) => Gen.Select(States, States).Sample(
        (before, after) =>
        {
            var machine = Machines.All[name];
            using var folder = new TemporaryRoot(machine.Files);
            var keeper = new FileKeeper(Disk.Instance, new AgentPaths(folder.Path));
            foreach (var state in new[] { before, after with { Former = Former(before, after) }, new BootState { Enis = [] } })
            {
                Assert.Empty(keeper.Apply(keeper.Plan([machine.Renderer, new CommonFiles()], state, machine.Host)));
            }

            Assert.Equal(machine.Files.Files, MemoryTree.Load(folder.Path).Files);
        },
        iter: 30);

    private static MemoryTree Converge(Machine machine, BootState state, MemoryTree files) =>
        GoldenCases.Apply(machine.Renderer.Render(state, machine.Host, files), machine.Renderer, files);

    private static Dictionary<string, string> Ours(MemoryTree tree) => tree.Files.Where(file => Marker.Is(file.Value)).ToDictionary();

    private static HashSet<ListedAddress> Former(BootState before, BootState after) => [.. Listed(before).Except(Listed(after))];

    private static IEnumerable<ListedAddress> Listed(BootState state) => state.Enis.SelectMany(eni => eni.Addresses, (eni, address) => new ListedAddress(eni.Mac, address));

    private static BootState StateOf(int[] addresses, bool shared, bool inMain, bool route) => new()
    {
        HasRules = addresses.Length > 1,
        Enis = [.. addresses.Select((count, i) =>
        {
            // The last one may be in the primary's own subnet.
            var subnet = shared && i == addresses.Length - 1 ? 1 : i + 1;
            return new BootEni
            {
                Mac = MacAddress.Parse($"52:54:00:00:00:0{i}"),
                Interface = $"eth{i}",
                IsPrimary = i == 0,
                Slot = i,
                Table = 31000 + (uint)i,
                Subnet = IpPrefix.Parse($"10.0.{subnet}.0/24"),
                Gateway = IpAddress.Parse($"10.0.{subnet}.1"),
                Addresses = [.. Enumerable.Range(0, count).Select(n => IpAddress.Parse($"10.0.{subnet}.{10 + (20 * i) + n}"))],
                Routes = route && i == 1 ? [new BootRoute(IpPrefix.Parse("192.168.0.0/16"), IpAddress.Parse($"10.0.{subnet}.1"))] : [],
                PrefixMetric = i == 0 ? 0 : 31000 + (uint)i,
                SubnetInMain = i == 0 || inMain,
            };
        })],
    };

    [GeneratedRegex("[0-9]+(?:[.][0-9]+){3}")]
    private static partial Regex Words();
}
