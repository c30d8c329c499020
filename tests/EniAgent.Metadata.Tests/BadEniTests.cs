using EniAgent.Core.Metadata;
using EniAgent.Core.Wording;

namespace EniAgent.Metadata.Tests;

/// <summary>One bad ENI fails that ENI and not the others; one that is not complete yet is pending.</summary>
public class BadEniTests
{
    private static readonly string Folder = FakeInstance.Folder(1);
    private static readonly string First = FakeInstance.List(1) + FakeInstance.Primary(1) + "/";

    public static TheoryData<string, string> Wrong => new()
    {
        { First + "subnet-mask", "255.0.255.0" },
        { First + "subnet-mask", "254.0.0.0" },
        { First + "subnet-mask", "0.0.0.0" },
        { First + "subnet-mask", "24" },
        { First + "subnet-mask", "255.255.255.255" },
        { First + "gateway", "10.0.1" },
        { First + "gateway", "0.0.0.0" },
        { First + "gateway", "224.0.0.1" },
        { First + "gateway", "127.0.0.1" },
        { First + "gateway", "255.255.255.255" },
        { First + "gateway", "fe80::1" },
        { FakeInstance.List(1), "10.0.1.10/\n10.0.99.11/\n" },
        { FakeInstance.List(1), "10.0.1.10/\n10.0.1.300/\n" },
        { FakeInstance.List(1), "10.0.1.10/\n127.0.0.1/\n" },
        { FakeInstance.List(1), "10.0.1.10/\n169.254.3.4/\n" },
        { FakeInstance.List(1), "10.0.1.10/\n239.1.1.1/\n" },
        { FakeInstance.List(1), "10.0.1.10/\n0.0.0.0/\n" },
        { FakeInstance.List(1), "10.0.1.10/\n10.0.1.11/../../x/\n" },
        { FakeInstance.List(1), "10.0.1.10/\n10.0.1.11#/\n" },
        { FakeInstance.List(1), "10.0.1.10/\n10.0.1.11%2f/\n" },
        { FakeInstance.List(1), "10.0.1.10/\n2001:db8::1/\n" },
        { FakeInstance.List(1), "\u00e9\u00e8" },
        { Folder + "primary-local-ipv4", "eth1" },
        { Folder + "primary-local-ipv4", "10.0.1.10 10.0.1.11" },
        { Folder + "subnet-id", "subnet 1" },
        { Folder + "subnet-id", "subnet-\u202e1" },
        { Folder + "public-ipv4s", "none" },
    };

    public static TheoryData<string> Needed => [FakeInstance.List(1), Folder + "primary-local-ipv4", First + "gateway", First + "subnet-mask"];

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_wrong_document_is_a_fault_that_names_it_and_its_value(string path, string text)
    {
        await using var bench = new Bench(3, addresses: 2);
        var good = await bench.SnapshotAsync();
        bench.Restart();
        var right = bench.Instance.Documents.GetValueOrDefault(path);
        bench.Instance[path] = text;
        bench.Server.Forget();

        var snapshot = await bench.SnapshotAsync();

        Assert.Equal<EniMetadata>([good.Enis[0], good.Enis[2]], snapshot.Enis);
        var fault = Assert.Single(snapshot.Faults);
        Assert.Equal(FakeInstance.Mac(1), fault.Mac.ToString());
        Assert.False(fault.IsPending);
        Assert.Contains(FakeInstance.Folder(1), fault.Message.English, StringComparison.Ordinal);
        Assert.All(bench.Server.Paths, asked => Assert.True(DocumentPath.IsKnown(asked) || asked == FakeInstance.Macs, asked));

        bench.Instance.Documents.Remove(path);
        if (right is not null)
        {
            bench.Instance[path] = right;
        }

        Assert.Equal(good, await bench.SnapshotAsync());
    }

    [Theory]
    [InlineData(403)]
    [InlineData(302)]
    public async Task A_list_of_EIPs_that_is_in_doubt_and_not_answered_is_a_fault_and_the_read_ends(int status)
    {
        await using var bench = new Bench(2);
        bench.Instance.SetEips(1, (FakeInstance.Primary(1), "43.1.1.1"));
        await bench.SnapshotAsync();

        // Its primary address has left: everything that was known of the ENI is in doubt.
        bench.Instance.SetAddresses(1, FakeInstance.Address(1, 7));
        bench.Instance[Folder + "primary-local-ipv4"] = FakeInstance.Address(1, 7);
        bench.Break(Folder + "public-ipv4s", Reply.Status(status));
        var snapshot = await bench.SnapshotAsync().WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal($"{Folder}public-ipv4s answered {status}", Assert.Single(snapshot.Faults).Message.English);
        bench.Mend();
        Assert.Empty((await bench.SnapshotAsync()).Faults);
    }

    [Theory]
    [MemberData(nameof(Needed))]
    public async Task A_freshly_listed_eni_without_a_needed_document_is_pending(string path)
    {
        await using var bench = new Bench(1);
        await bench.SnapshotAsync();
        bench.Instance.Attach(1);
        bench.Break(path, Reply.Status(404));
        await AssertPendingAsync(bench, path, "missing");
        bench.Break(path, Reply.Text(" \n"));
        await AssertPendingAsync(bench, path, "empty");

        bench.Mend();
        var snapshot = await bench.SnapshotAsync();
        Assert.Empty(snapshot.Faults);
        Assert.Equal(2, snapshot.Enis.Length);
    }

    [Fact]
    public async Task An_eni_whose_list_is_still_without_its_primary_address_is_pending()
    {
        await using var bench = new Bench(2);
        bench.Instance.SetAddresses(1, FakeInstance.Address(1, 1));

        var fault = Assert.Single((await bench.SnapshotAsync()).Faults);

        Assert.True(fault.IsPending);
        Assert.Contains("10.0.1.10", fault.Message.English, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pending_eni_without_addresses_costs_one_request_a_read()
    {
        await using var bench = new Bench(2);
        bench.Break(FakeInstance.List(1), Reply.Status(404));
        await bench.SnapshotAsync();

        Assert.Equal([FakeInstance.Macs, FakeInstance.List(0), FakeInstance.List(1)], (await bench.PathsOfReadAsync()).Order());
    }

    [Theory]
    [InlineData(404)]
    [InlineData(200)]
    public async Task An_eni_that_was_complete_and_is_no_more_is_wholly_at_fault(int status)
    {
        await using var bench = new Bench(2, addresses: 5);
        var good = await bench.SnapshotAsync();
        bench.Break(FakeInstance.List(1), Reply.Status(status));

        var snapshot = await bench.SnapshotAsync();

        Assert.Equal<EniMetadata>([good.Enis[0]], snapshot.Enis);
        Assert.True(Assert.Single(snapshot.Faults).IsPending);
    }

    [Fact]
    public async Task A_primary_eni_at_fault_leaves_a_snapshot_that_says_so()
    {
        await using var bench = new Bench(2);
        bench.Break(FakeInstance.List(0), Reply.Status(404));

        var snapshot = await bench.SnapshotAsync();

        Assert.Null(snapshot.Primary);
        Assert.Equal(snapshot.PrimaryMac, Assert.Single(snapshot.Faults).Mac);
    }

    [Fact]
    public async Task A_malformed_or_denied_leaf_is_a_fault_of_its_eni()
    {
        await using var bench = new Bench(3);
        bench.Break(Folder + "subnet-id", Reply.Status(403));
        bench.Break(FakeInstance.List(2) + FakeInstance.Primary(2) + "/gateway", Reply.Text("<html>"));

        var snapshot = await bench.SnapshotAsync();

        Assert.Single(snapshot.Enis);
        Assert.Equal(2, snapshot.Faults.Length);
        Assert.All(snapshot.Faults, fault => Assert.False(fault.IsPending));
        Assert.Contains("403", snapshot.Faults[0].Message.English, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_leaf_that_is_not_answered_for_fails_the_read()
    {
        await using var bench = new Bench(3, time: new ScaledTime(10));
        bench.Break(Folder + "subnet-id", Reply.Status(503));

        var failure = await bench.FailureAsync();

        Assert.Equal(new MetadataResult.Failure(MetadataFailureKind.ServerError, Sentence.AsIs($"{Folder}subnet-id answered 503")), failure);
    }

    [Fact]
    public async Task A_failed_read_does_not_make_a_changed_list_look_settled()
    {
        await using var bench = new Bench(2, time: new ScaledTime(10));
        await bench.SnapshotAsync();
        bench.Instance.SetAddresses(1, "10.7.0.5");
        bench.Instance[Folder + "primary-local-ipv4"] = "10.7.0.5";
        bench.Instance[$"{FakeInstance.List(1)}10.7.0.5/gateway"] = "10.7.0.1";
        bench.Break(Folder + "primary-local-ipv4", Reply.Status(500));
        await bench.FailureAsync();
        bench.Mend();

        Assert.Equal("10.7.0.1", (await bench.SnapshotAsync()).Enis[1].Gateway.ToString());
    }

    [Fact]
    public async Task A_remembered_document_that_does_not_fit_the_new_ones_is_read_again_at_once()
    {
        await using var bench = new Bench(2, addresses: 2);
        bench.Instance[First + "subnet-mask"] = "255.255.0.0";
        await bench.SnapshotAsync();
        var cache = bench.Client.Export();
        bench.Instance[First + "subnet-mask"] = "255.255.255.0";
        var remembered = new Dictionary<string, CachedDocument>(cache.Documents) { [First + "subnet-mask"] = new("255.255.255.255", default) };
        bench.Restart(cache with { Documents = remembered });

        Assert.Equal(24, (await bench.SnapshotAsync()).Enis[1].Subnet.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_address_on_two_enis_stays_with_the_one_that_had_it(bool isInDoubt)
    {
        await using var bench = new Bench(3, addresses: 2);
        bench.Instance.SetAddresses(1, "10.0.1.10");
        bench.Instance[$"{FakeInstance.List(1)}10.0.1.10/subnet-mask"] = "255.255.0.0";
        await bench.SnapshotAsync();
        bench.Instance.SetAddresses(1, "10.0.1.10", FakeInstance.Address(2, 1));
        bench.Instance[$"{FakeInstance.List(1)}10.0.1.10/subnet-mask"] = "255.255.0.0";

        for (var read = 0; read < 3; read++)
        {
            if (isInDoubt)
            {
                bench.Client.Doubt();
            }

            var snapshot = await bench.SnapshotAsync();
            var fault = Assert.Single(snapshot.Faults);
            Assert.Equal(FakeInstance.Mac(1), fault.Mac.ToString());
            Assert.False(fault.IsPending);
            Assert.Contains(FakeInstance.Address(2, 1), fault.Message.English, StringComparison.Ordinal);
            bench.Restart(bench.Client.Export());
        }
    }

    [Fact]
    public async Task An_address_on_two_new_enis_goes_to_the_primary_then_to_the_first_listed()
    {
        await using var bench = new Bench(3, addresses: 2);
        bench.Instance["mac"] = FakeInstance.Mac(2);
        foreach (var eni in new[] { 0, 1 })
        {
            bench.Instance.SetAddresses(eni, FakeInstance.Primary(eni), FakeInstance.Address(2, 1));
            bench.Instance[$"{FakeInstance.List(eni)}{FakeInstance.Primary(eni)}/subnet-mask"] = "255.255.0.0";
        }

        var snapshot = await bench.SnapshotAsync();
        Assert.Equal([FakeInstance.Mac(2)], snapshot.Enis.Select(eni => eni.Mac.ToString()));

        bench.Instance.Detach(2);
        bench.Instance["mac"] = FakeInstance.Mac(1);
        bench.Restart();
        bench.Instance.Documents[FakeInstance.Macs] = $"{FakeInstance.Mac(0)}/\n{FakeInstance.Mac(1)}/\n";
        snapshot = await bench.SnapshotAsync();
        Assert.Equal([FakeInstance.Mac(1)], snapshot.Enis.Select(eni => eni.Mac.ToString()));

        bench.Instance.Attach(3);
        bench.Instance["mac"] = FakeInstance.Mac(3);
        bench.Restart();
        snapshot = await bench.SnapshotAsync();
        Assert.Equal([FakeInstance.Mac(3), FakeInstance.Mac(0)], snapshot.Enis.Select(eni => eni.Mac.ToString()));
    }

    [Fact]
    public async Task A_gateway_may_lie_outside_the_subnet()
    {
        await using var bench = new Bench(1);
        bench.Instance[$"{FakeInstance.List(0)}{FakeInstance.Primary(0)}/gateway"] = "169.254.0.1";

        Assert.Equal("169.254.0.1", (await bench.SnapshotAsync()).Enis[0].Gateway.ToString());
    }

    [Fact]
    public async Task The_primary_eni_comes_first_and_its_primary_address_too()
    {
        await using var bench = new Bench(3, addresses: 3);
        bench.Instance["mac"] = FakeInstance.Mac(2);
        bench.Instance[FakeInstance.Folder(2) + "primary-local-ipv4"] = FakeInstance.Address(2, 1);

        var snapshot = await bench.SnapshotAsync();

        Assert.Equal([2, 0, 1], snapshot.Enis.Select(eni => (int)(eni.Mac.Value & 0xff)));
        Assert.Equal(
            [FakeInstance.Address(2, 1), FakeInstance.Address(2, 0), FakeInstance.Address(2, 2)],
            snapshot.Enis[0].Addresses.Select(address => address.Address.ToString()));
    }

    private static async Task AssertPendingAsync(Bench bench, string path, string says)
    {
        var snapshot = await bench.SnapshotAsync();
        Assert.True(Assert.Single(snapshot.Enis).IsPrimary);
        Assert.Equal(new EniFault(Core.Addressing.MacAddress.Parse(FakeInstance.Mac(1)), IsPending: true, Sentence.AsIs($"{path} is {says}")), Assert.Single(snapshot.Faults));
    }
}
