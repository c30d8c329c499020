namespace EniAgent.Metadata.Tests;

public sealed class PlacesTests
{
    [Fact]
    public async Task Who_comes_first_goes_first_and_no_more_at_once_than_there_are_places()
    {
        var places = new Places(2);
        await places.TakeAsync(CancellationToken.None);
        await places.TakeAsync(CancellationToken.None);
        var third = places.TakeAsync(CancellationToken.None).AsTask();
        var fourth = places.TakeAsync(CancellationToken.None).AsTask();
        Assert.False(third.IsCompleted);

        places.GiveBack();
        await third.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(fourth.IsCompleted);

        places.GiveBack();
        await fourth.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Who_gives_up_takes_no_place()
    {
        var places = new Places(1);
        using var cancellation = new CancellationTokenSource();
        await places.TakeAsync(cancellation.Token);
        var waiting = places.TakeAsync(cancellation.Token).AsTask();
        var patient = places.TakeAsync(CancellationToken.None).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await places.TakeAsync(cancellation.Token));
        places.GiveBack();
        await patient.WaitAsync(TimeSpan.FromSeconds(30));
        places.GiveBack();
        Assert.True(places.TakeAsync(CancellationToken.None).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Many_threads_lose_no_place()
    {
        var (places, inside, most) = (new Places(3), 0, 0);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 2000; i++)
            {
                using var own = new CancellationTokenSource();
                var turn = places.TakeAsync(own.Token).AsTask();
                if (i % 3 == worker % 3)
                {
                    own.Cancel();
                }

                try
                {
                    await turn;
                }
                catch (OperationCanceledException)
                {
                    continue;
                }

                var now = Interlocked.Increment(ref inside);
                int seen;
                while (now > (seen = Volatile.Read(ref most)) && Interlocked.CompareExchange(ref most, now, seen) != seen)
                {
                }

                await Task.Yield();
                Interlocked.Decrement(ref inside);
                places.GiveBack();
            }
        })));

        Assert.InRange(most, 1, 3);
        for (var i = 0; i < 3; i++)
        {
            Assert.True(places.TakeAsync(CancellationToken.None).AsTask().IsCompletedSuccessfully);
        }

        Assert.False(places.TakeAsync(CancellationToken.None).AsTask().IsCompleted);
    }
}
