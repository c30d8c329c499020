using EniAgent.Core.Addressing;
using EniAgent.Core.Metadata;
using EniAgent.Core.Wording;
using EniAgent.Linux.State;

namespace EniAgent.Linux.Tests.State;

public sealed class SnapshotFileTests : IDisposable
{
    private const string Eni = "{\"mac\":\"52:54:00:00:00:01\",\"subnet\":\"10.0.1.0/24\",\"gateway\":\"10.0.1.1\",\"addresses\":[{\"address\":\"10.0.1.10\"}]}";

    private static readonly MacAddress Primary = MacAddress.Parse("52:54:00:00:00:01");

    private static readonly MetadataSnapshot Snapshot = new()
    {
        InstanceId = "ins-0a1b2c3d",
        PrimaryMac = Primary,
        Enis =
        [
            new EniMetadata
            {
                Mac = Primary,
                IsPrimary = true,
                SubnetId = "subnet-1",
                VpcId = "vpc-1",
                Subnet = IpPrefix.Parse("10.0.1.0/24"),
                Gateway = IpAddress.Parse("10.0.1.1"),
                Addresses = [new AddressMetadata(IpAddress.Parse("10.0.1.10"), IpAddress.Parse("203.0.113.7"), "NAT"), new AddressMetadata(IpAddress.Parse("10.0.1.11"))],
            },
        ],
        Faults = [new EniFault(MacAddress.Parse("52:54:00:00:00:02"), IsPending: true, Sentence.AsIs("gateway is not there yet"))],
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_saved_is_read_back_with_its_faults_and_everybody_may_read_it()
    {
        SnapshotFile.Write(_folder["s.json"], Snapshot);

        Assert.Equal(Snapshot, SnapshotFile.Read(_folder["s.json"]));
        Assert.Equal(AtomicFile.Public, File.GetUnixFileMode(_folder["s.json"]));
        Assert.Equal(["s.json"], _folder.Names);
    }

    [Fact]
    public void However_many_addresses_there_are_what_is_saved_is_read_back_and_says_nothing_of_EIPs_that_are_not_there()
    {
        var many = Snapshot with
        {
            Enis = [Snapshot.Enis[0] with { Subnet = IpPrefix.Parse("10.0.0.0/16"), Addresses = [.. Enumerable.Range(1, 30_000).Select(i => new AddressMetadata(IpAddress.Parse($"10.0.{i / 256}.{i % 256}")))] }],
        };

        SnapshotFile.Write(_folder["s.json"], many);

        Assert.Equal(many, SnapshotFile.Read(_folder["s.json"]));
        Assert.DoesNotContain("null", File.ReadAllText(_folder["s.json"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_saved_snapshot_takes_the_place_of_an_older_file()
    {
        File.WriteAllText(_folder["s.json"], new string('x', 10_000));

        SnapshotFile.Write(_folder["s.json"], Snapshot);

        Assert.Equal(Snapshot, SnapshotFile.Read(_folder["s.json"]));
    }

    [Fact]
    public void A_link_is_neither_followed_nor_replaced()
    {
        File.WriteAllText(_folder["victim"], "precious");
        File.CreateSymbolicLink(_folder["s.json"], _folder["victim"]);
        File.CreateSymbolicLink(_folder[".t.json.new"], _folder["victim"]);

        Assert.Contains("is not a regular file", Assert.Throws<IOException>(() => SnapshotFile.Write(_folder["s.json"], Snapshot)).Message, StringComparison.Ordinal);
        SnapshotFile.Write(_folder["t.json"], Snapshot);

        Assert.Equal("precious", File.ReadAllText(_folder["victim"]));
        Assert.Equal(["s.json", "t.json", "victim"], _folder.Names);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_not_made()
    {
        Assert.Contains("no such folder", Assert.Throws<IOException>(() => SnapshotFile.Write(_folder["missing/s.json"], Snapshot)).Message, StringComparison.Ordinal);
        Assert.Empty(_folder.Names);
    }

    [Theory]
    [InlineData("", ":1: The input does not contain any JSON tokens")]
    [InlineData("{\n\"version\": 1,\n\"enis\": [}", ":3: '}' is an invalid start of a value.")]
    [InlineData("{\"version\":1,\n\"instanceId\":7}", ":2: The ")]
    [InlineData("null", ": it is empty")]
    [InlineData("{\"version\":2}", ": its version is 2, and this program knows 1")]
    [InlineData("{\"version\":1,\"primaryMac\":\"x\",\"enis\":[]}", ": 'x' is not a MAC address")]
    [InlineData("{\"version\":1,\"primaryMac\":\"\\u001b\",\"enis\":[]}", ": '?' is not a MAC address")]
    [InlineData("{\"version\":1,\"primaryMac\":\"52:54:00:00:00:09\",\"enis\":[" + Eni + "]}", ": the primary ENI 52:54:00:00:00:09 is not among the ENIs")]
    [InlineData("{\"version\":1,\"primaryMac\":\"52:54:00:00:00:01\",\"enis\":[" + Eni + "," + Eni + "]}", ": 52:54:00:00:00:01 stands there twice")]
    [InlineData("{\"version\":1,\"instanceId\":\"\\u001b[2J\",\"primaryMac\":\"52:54:00:00:00:01\",\"enis\":[" + Eni + "]}", ": there is a control character in it")]
    [InlineData("{\"version\":1,\"instanceId\":\"\\u202e\",\"primaryMac\":\"52:54:00:00:00:01\",\"enis\":[" + Eni + "]}", ": there is a control character in it")]
    public void What_is_no_snapshot_is_named_with_its_place_and_stays(string text, string problem)
    {
        File.WriteAllText(_folder["s.json"], text);

        Assert.StartsWith(_folder["s.json"] + problem, Assert.Throws<SnapshotFileException>(() => SnapshotFile.Read(_folder["s.json"])).Message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(_folder["s.json"]));
        Assert.Equal(["s.json"], _folder.Names);
    }

    [Fact]
    public void An_address_outside_of_its_subnet_is_named()
    {
        File.WriteAllText(_folder["s.json"], "{\"version\":1,\"primaryMac\":\"52:54:00:00:00:01\",\"enis\":[" + Eni.Replace("10.0.1.10", "10.0.2.10", StringComparison.Ordinal) + "]}");

        Assert.Equal($"{_folder["s.json"]}: 10.0.2.10 of 52:54:00:00:00:01 is outside of 10.0.1.0/24", Assert.Throws<SnapshotFileException>(() => SnapshotFile.Read(_folder["s.json"])).Message);
    }

    [Theory]
    [InlineData("missing.json", "does not exist")]
    [InlineData("missing/s.json", "does not exist")]
    [InlineData(".", "is a directory, not a file")]
    [InlineData("/dev/zero", "is longer than 16 MiB")]
    public void What_is_no_file_is_named(string name, string problem) =>
        Assert.Equal($"{_folder[name]}: {problem}", Assert.Throws<SnapshotFileException>(() => SnapshotFile.Read(_folder[name])).Message);
}
