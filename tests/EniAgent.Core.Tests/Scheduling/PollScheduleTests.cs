using EniAgent.Core.Scheduling;

namespace EniAgent.Core.Tests.Scheduling;

public class PollScheduleTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly PollSchedule _schedule = new(Interval, new Random(1));

    [Fact]
    public void Metadata_is_due_from_the_start() => Assert.Equal(TimeSpan.Zero, _schedule.Due);

    [Fact]
    public void Polls_are_an_interval_apart_give_or_take_a_tenth_and_not_in_step()
    {
        var now = TimeSpan.Zero;
        var distances = new List<TimeSpan>();
        for (var i = 0; i < 1000; i++)
        {
            _schedule.Succeeded(now, null);
            distances.Add(_schedule.Due - now);
            now = _schedule.Due;
        }

        Assert.All(distances, d => Assert.InRange(d, 0.9 * Interval, 1.1 * Interval));
        Assert.True(distances.Max() - distances.Min() > 0.15 * Interval);
    }

    [Fact]
    public void A_burst_asks_at_once_then_with_doubling_distances()
    {
        var now = TimeSpan.FromSeconds(100);
        _schedule.Succeeded(now, null);
        _schedule.StartBurst(now);
        Assert.Equal(now, _schedule.Due);

        var distances = new List<double>();
        for (var i = 0; i < 8; i++)
        {
            _schedule.Succeeded(now, null);
            distances.Add((_schedule.Due - now).TotalMilliseconds);
            now = _schedule.Due;
        }

        Assert.Equal([10, 20, 40, 80, 160, 320, 640, 1280], distances);
    }

    [Fact]
    public void A_burst_ends_after_a_minute_whether_metadata_answers_or_not()
    {
        var start = TimeSpan.FromSeconds(5);
        var now = start;
        _schedule.StartBurst(now);
        var polls = 0;
        while (_schedule.InBurst)
        {
            if (polls++ % 2 == 0)
            {
                _schedule.Succeeded(now, null);
            }
            else
            {
                _schedule.Failed(now);
            }

            now = _schedule.InBurst ? _schedule.Due : now;
        }

        Assert.InRange(now - start, TimeSpan.FromSeconds(57), PollSchedule.BurstLength);
        Assert.InRange(polls, 10, 50);
        Assert.True(_schedule.Due - now > TimeSpan.FromMilliseconds(400));
    }

    [Fact]
    public void A_burst_ends_when_what_it_waited_for_is_there()
    {
        _schedule.StartBurst(TimeSpan.Zero);
        _schedule.EndBurst();
        _schedule.Succeeded(TimeSpan.Zero, null);

        Assert.InRange(_schedule.Due, 0.9 * Interval, 1.1 * Interval);
    }

    [Fact]
    public void Another_nic_starts_the_burst_anew()
    {
        _schedule.StartBurst(TimeSpan.Zero);
        for (var i = 0; i < 6; i++)
        {
            _schedule.Succeeded(_schedule.Due, null);
        }

        var now = _schedule.Due;
        _schedule.StartBurst(now);
        _schedule.Succeeded(now, null);

        Assert.Equal(now + PollSchedule.BurstStart, _schedule.Due);
    }

    [Fact]
    public void Failures_are_retried_soon_then_ever_later_but_never_later_than_the_interval()
    {
        var now = TimeSpan.Zero;
        var distances = new List<double>();
        for (var i = 0; i < 8; i++)
        {
            _schedule.Failed(now);
            distances.Add((_schedule.Due - now).TotalSeconds);
            now = _schedule.Due;
        }

        double[] expected = [0.5, 1, 2, 4, 8, 10, 10, 10];
        Assert.All(expected.Zip(distances), pair => Assert.InRange(pair.Second, 0.9 * pair.First, 1.1 * pair.First));
    }

    [Fact]
    public void A_success_forgets_former_failures()
    {
        for (var i = 0; i < 6; i++)
        {
            _schedule.Failed(TimeSpan.Zero);
        }

        _schedule.Succeeded(TimeSpan.Zero, null);
        _schedule.Failed(TimeSpan.Zero);

        Assert.InRange(_schedule.Due.TotalSeconds, 0.45, 0.55);
    }

    [Fact]
    public void An_interval_shorter_than_the_first_retry_is_kept()
    {
        var schedule = new PollSchedule(TimeSpan.FromMilliseconds(100), new Random(1));
        schedule.Failed(TimeSpan.Zero);
        schedule.Failed(TimeSpan.Zero);

        Assert.InRange(schedule.Due.TotalMilliseconds, 90, 110);
    }

    [Fact]
    public void A_removal_to_confirm_brings_the_next_poll_forward_and_never_back()
    {
        _schedule.Succeeded(TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(1), _schedule.Due);

        _schedule.Succeeded(TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.True(_schedule.Due <= 1.1 * Interval);
    }

    [Fact]
    public void A_signal_makes_metadata_due_at_once()
    {
        _schedule.Succeeded(TimeSpan.Zero, null);
        _schedule.Hurry(TimeSpan.FromSeconds(3));

        Assert.Equal(TimeSpan.FromSeconds(3), _schedule.Due);
    }
}
