using EniAgent.Core.Scheduling;

namespace EniAgent.Core.Tests.Scheduling;

public class RepairBackOffTests
{
    private readonly RepairBackOff _backOff = new();

    [Fact]
    public void Rare_drift_is_repaired_at_once_for_ever()
    {
        for (var now = TimeSpan.Zero; now < TimeSpan.FromMinutes(5); now += TimeSpan.FromSeconds(1))
        {
            Assert.Equal(now, _backOff.NotBefore(now));
            Assert.False(_backOff.Repaired(now));
        }
    }

    [Fact]
    public void Somebody_who_undoes_us_forever_meets_growing_distances_and_one_warning()
    {
        var now = TimeSpan.FromHours(1);
        var warnings = 0;
        var distances = new List<double>();
        for (var i = 0; i < 20; i++)
        {
            var due = _backOff.NotBefore(now);
            distances.Add((due - now).TotalSeconds);
            now = due;
            warnings += _backOff.Repaired(now) ? 1 : 0;
        }

        Assert.Equal(1, warnings);
        Assert.Equal([0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60], distances.Take(14));
    }

    [Fact]
    public void Peace_for_long_enough_forgets_everything()
    {
        var now = TimeSpan.Zero;
        for (var i = 0; i < 10; i++)
        {
            now = _backOff.NotBefore(now);
            _backOff.Repaired(now);
        }

        now += RepairBackOff.Window + (2 * _backOff.Delay) + TimeSpan.FromSeconds(1);
        Assert.Equal(now, _backOff.NotBefore(now));
        _backOff.Repaired(now);

        Assert.Equal(TimeSpan.Zero, _backOff.Delay);
        Assert.Equal(now, _backOff.NotBefore(now));
    }
}
