using EniAgent.Core.Metadata;
using EniAgent.Core.Wording;

namespace EniAgent.Metadata.Tests;

/// <summary>"This", "there is none" and "no answer" are three different things for every document of an ENI, all the way up to the snapshot.</summary>
public class ThreeAnswersTests
{
    private static readonly string Folder = FakeInstance.Folder(1);
    private static readonly string First = FakeInstance.List(1) + FakeInstance.Primary(1) + "/";

    public static TheoryData<string, bool> Documents => new()
    {
        { FakeInstance.List(1), true },
        { Folder + "primary-local-ipv4", true },
        { First + "gateway", true },
        { First + "subnet-mask", true },
        { Folder + "subnet-id", false },
        { Folder + "public-ipv4s", false },
    };

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task A_value_none_and_no_answer_are_three_different_things(string path, bool isNeeded)
    {
        await using var bench = new Bench(2, addresses: 2, time: new ScaledTime(10));
        bench.Instance.SetEips(1, (FakeInstance.Primary(1), "43.1.1.1"));
        var value = await bench.SnapshotAsync();

        bench.Restart();
        bench.Break(path, Reply.Status(404));
        var none = await bench.SnapshotAsync();

        bench.Restart();
        bench.Break(path, Reply.Status(503));
        var noAnswer = await bench.FailureAsync();

        Assert.Equal((2, 0), (value.Enis.Length, value.Faults.Length));
        if (isNeeded)
        {
            Assert.Equal<EniMetadata>([value.Enis[0]], none.Enis);
            Assert.Equal(new EniFault(value.Enis[1].Mac, IsPending: true, Sentence.AsIs($"{path} is missing")), Assert.Single(none.Faults));
        }
        else
        {
            Assert.Empty(none.Faults);
            Assert.NotEqual(value.Enis[1], none.Enis[1]);
            Assert.Equal(value.Enis[1].Addresses.Select(address => address.Address), none.Enis[1].Addresses.Select(address => address.Address));
        }

        Assert.Equal(new MetadataResult.Failure(MetadataFailureKind.ServerError, Sentence.AsIs($"{path} answered 503")), noAnswer);
    }
}
