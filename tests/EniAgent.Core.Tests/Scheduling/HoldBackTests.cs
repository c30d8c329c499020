using EniAgent.Core.Addressing;
using EniAgent.Core.Metadata;
using EniAgent.Core.Scheduling;
using EniAgent.Core.Tests.Fakes;

namespace EniAgent.Core.Tests.Scheduling;

public class HoldBackTests
{
    private static readonly MetadataSnapshot Suspect = Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1));
    private static readonly MetadataSnapshot Other = Vpc.Snapshot(Vpc.Primary());

    private readonly HoldBack _holdBack = new();

    [Fact]
    public void What_is_taken_back_again_and_again_is_tried_with_doubling_distances_up_to_ten_minutes()
    {
        var distances = new List<double>();
        var now = TimeSpan.Zero;
        for (var attempt = 0; attempt < 9; attempt++)
        {
            _holdBack.Note(Suspect, isRolledBack: true, now);
            var distance = TimeSpan.Zero;
            while (_holdBack.Holds(Suspect, now + distance))
            {
                distance += TimeSpan.FromSeconds(1);
            }

            distances.Add(distance.TotalSeconds);
            now += distance;
        }

        Assert.Equal([10, 20, 40, 80, 160, 320, 600, 600, 600], distances);
    }

    [Fact]
    public void Another_belief_is_not_held_back_and_does_not_clear_the_suspect()
    {
        _holdBack.Note(Suspect, isRolledBack: true, TimeSpan.Zero);

        Assert.False(_holdBack.Holds(Other, TimeSpan.Zero));
        _holdBack.Note(Other, isRolledBack: false, TimeSpan.FromSeconds(1));
        Assert.True(_holdBack.Holds(Suspect, TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void What_changes_nothing_in_the_kernel_does_not_make_it_another_belief()
    {
        _holdBack.Note(Suspect, isRolledBack: true, TimeSpan.Zero);
        var eni = Suspect.Enis[1];
        var renamed = eni with { SubnetId = "subnet-new", Addresses = [.. eni.Addresses.Select(address => address with { PublicAddress = IpAddress.Parse("43.1.1.1") })] };

        Assert.True(_holdBack.Holds(Suspect with { Enis = [Suspect.Enis[0], renamed] }, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Once_it_goes_well_it_is_no_suspect_any_more()
    {
        _holdBack.Note(Suspect, isRolledBack: true, TimeSpan.Zero);

        _holdBack.Note(Suspect, isRolledBack: false, TimeSpan.FromSeconds(10));

        Assert.False(_holdBack.Suspects(Suspect));
    }
}
