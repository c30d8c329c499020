using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Metadata;
using EniAgent.Core.Options;
using EniAgent.Core.Planning;
using EniAgent.Core.Tests.Fakes;
using EniAgent.Linux.Tests;
using EniAgent.Metadata.Tests;
using EniAgent.Reconciliation;
using EniAgent.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace EniAgent.Tests.Reconciliation;

public sealed class ContactGuardTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly Machine _machine = new();
    private readonly FakeInstance _instance = new(2);
    private readonly ScriptedServer _server;
    private readonly FakeTimeProvider _time = new();
    private readonly ListLogger<ContactGuard> _log = new();

    // The guard itself asks about the gateway and nothing else; what it has done, the reconciler does on the machine's own stack.
    private readonly Mock<INetworkStack> _stack = new(MockBehavior.Strict);
    private readonly Reconciler _reconciler;
    private readonly MetadataFollower _metadata;
    private readonly ContactGuard _guard;
    private bool _isReachable = true;

    public ContactGuardTests()
    {
        _server = new ScriptedServer(path => _isReachable ? _instance.Answer(path) : Reply.Status(500));
        _reconciler = _machine.Start();
        _metadata = MetadataFollower.Open(new MetadataOptions { Endpoint = _server.Endpoint }, _machine.Store, [], _time, NullLogger.Instance);
        _guard = new ContactGuard(_reconciler, _metadata, _stack.Object, _time, _log);
        GatewayAnswers(_ => Task.FromResult(true));
    }

    public async ValueTask DisposeAsync()
    {
        _metadata.Dispose();
        _machine.Dispose();
        await _server.DisposeAsync();
    }

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    [Fact]
    public async Task Contact_that_stays_lets_the_changes_stand()
    {
        var result = await _guard.ConvergeAsync(Vpc.Believe(Machine.TwoEnis), hasContact: true, CancellationToken.None);

        Assert.True(result.InSync);
        Assert.False(result.IsRolledBack);
        Assert.True(_machine.Has("10.0.1.10"));
        Assert.Equal(["instance-id"], _server.Paths);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task Nothing_changed_is_nothing_asked()
    {
        _reconciler.Converge(Vpc.Believe(Machine.TwoEnis));

        await _guard.ConvergeAsync(Vpc.Believe(Machine.TwoEnis), hasContact: true, CancellationToken.None);

        Assert.Empty(_server.Paths);
    }

    [Fact]
    public async Task What_touches_a_secondary_ENI_alone_is_not_asked_about()
    {
        _reconciler.Converge(Vpc.Believe(Machine.TwoEnis));

        // Another address in the middle of a prefix that is covered: no rule of everybody's changes.
        var result = await _guard.ConvergeAsync(
            Vpc.Believe(Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1, "10.0.1.10", "10.0.1.11", "10.0.1.99"))), hasContact: true, CancellationToken.None);

        Assert.All(result.Done, step => Assert.Equal(Vpc.Mac(1), step.Eni));
        Assert.NotEmpty(result.Done);
        Assert.Empty(_server.Paths);
    }

    [Fact]
    public async Task Contact_that_is_lost_takes_everything_back()
    {
        var before = _machine.Kernel.Print();
        _isReachable = false;

        var converging = _guard.ConvergeAsync(Vpc.Believe(Machine.TwoEnis), hasContact: true, CancellationToken.None);
        var waited = await Patiently.UntilAsync(_time, () => converging.IsCompleted, TimeSpan.FromMilliseconds(20));
        var result = await converging;

        Assert.InRange(waited, ContactGuard.Patience, 2 * ContactGuard.Patience);
        Assert.True(result.IsRolledBack);
        Assert.False(result.InSync);
        Assert.Equal(before, _machine.Kernel.Print());
        Assert.Contains("contact was lost by the changes, and they were taken back", result.Problems);
        Assert.StartsWith("Error: contact with metadata or with the gateway was lost", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Contact_that_comes_back_in_time_lets_the_changes_stand()
    {
        _isReachable = false;
        var converging = _guard.ConvergeAsync(Vpc.Believe(Machine.TwoEnis), hasContact: true, CancellationToken.None);

        // The clock runs no faster than a real one, for a crowded machine must ask once more before patience is over.
        await Patiently.UntilAsync(_time, () => _server.Paths.Count > 2, TimeSpan.FromMilliseconds(2));

        _isReachable = true;
        await Patiently.UntilAsync(_time, () => converging.IsCompleted, TimeSpan.FromMilliseconds(2));

        Assert.False((await converging).IsRolledBack);
    }

    [Fact]
    public async Task A_gateway_that_is_lost_takes_everything_back_even_if_metadata_answers()
    {
        _machine.Kernel.Delete(_machine.Kernel.AddressesOf("eth0").Single());
        var before = _machine.Kernel.Print();
        GatewayAnswers(NeverAsync);

        var converging = _guard.ConvergeAsync(Vpc.Believe(Machine.TwoEnis), hasContact: true, CancellationToken.None);
        await Patiently.UntilAsync(_time, () => converging.IsCompleted, TimeSpan.FromMilliseconds(20));

        Assert.True((await converging).IsRolledBack);
        Assert.Equal(before, _machine.Kernel.Print());
        var primary = _machine.Kernel.LinkOf("eth0").Index;
        _stack.Verify(stack => stack.ResolvesAsync(primary, IpAddress.Parse("10.0.0.1"), It.IsAny<CancellationToken>()), Times.Once);
    }

    [Fact]
    public async Task The_gateway_of_a_primary_ENI_that_was_not_changed_is_not_asked()
    {
        Assert.False((await _guard.ConvergeAsync(Vpc.Believe(Machine.TwoEnis), hasContact: true, CancellationToken.None)).IsRolledBack);

        _stack.VerifyNoOtherCalls();
    }

    [Fact]
    public async Task Nothing_is_taken_back_while_the_kernel_is_still_being_asked_about_the_gateway()
    {
        _machine.Kernel.Delete(_machine.Kernel.AddressesOf("eth0").Single());
        _isReachable = false;
        var (isAsking, wasAsking) = (false, false);
        GatewayAnswers(async giveUp =>
        {
            isAsking = true;
            var isOver = new TaskCompletionSource();
            await using var registration = giveUp.Register(isOver.SetResult);
            await isOver.Task;

            // One more request to the kernel is under way when the patience ends; the socket serves one at a time.
            await Task.Delay(100, CancellationToken.None);
            isAsking = false;
            return false;
        });
        _machine.Stack.BeforeApply = _ => wasAsking |= isAsking;

        var converging = _guard.ConvergeAsync(Vpc.Believe(Machine.TwoEnis), hasContact: true, CancellationToken.None);
        await Patiently.UntilAsync(_time, () => converging.IsCompleted, TimeSpan.FromMilliseconds(20));

        Assert.True((await converging).IsRolledBack);
        Assert.False(wasAsking);
    }

    [Fact]
    public async Task Being_told_to_end_takes_nothing_back()
    {
        _isReachable = false;
        using var end = new CancellationTokenSource();
        var converging = _guard.ConvergeAsync(Vpc.Believe(Machine.TwoEnis), hasContact: true, end.Token);
        await Patiently.UntilAsync(() => _server.Paths.Count > 0);

        await end.CancelAsync();

        Assert.False((await converging).IsRolledBack);
        Assert.True(_machine.Has("10.0.1.10"));
    }

    [Fact]
    public async Task What_is_under_way_is_noted_until_contact_was_seen()
    {
        _isReachable = false;
        var converging = _guard.ConvergeAsync(Vpc.Believe(Machine.TwoEnis), hasContact: true, CancellationToken.None);
        await Patiently.UntilAsync(() => _server.Paths.Count > 0);

        var transaction = _machine.Store.ReadTransaction();
        Assert.NotNull(transaction);
        Assert.Equal(Machine.TwoEnis, transaction.Tried);
        Assert.Contains(transaction.Steps, step => step is AddRule);

        _isReachable = true;
        await Patiently.UntilAsync(_time, () => converging.IsCompleted, TimeSpan.FromMilliseconds(2));
        Assert.Null(_machine.Store.ReadTransaction());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(12)]
    public async Task What_a_process_did_that_was_ended_in_the_middle_is_taken_back_where_there_is_no_contact(int steps)
    {
        var before = _machine.Kernel.Print();
        _machine.Stack.DiesAfter = steps;
        await Assert.ThrowsAsync<StackProbe.DeathException>(() => _guard.ConvergeAsync(Vpc.Believe(Machine.TwoEnis), hasContact: true, CancellationToken.None));
        _machine.Stack.DiesAfter = null;
        _isReachable = false;

        var taken = await RecoverAsync();

        Assert.Equal(Machine.TwoEnis, taken);
        Assert.Equal(before, _machine.Kernel.Print());
        Assert.Null(_machine.Store.ReadTransaction());
        Assert.StartsWith("Error: an earlier process was ended in the middle of", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_of_it_is_taken_back_when_the_process_ended_before_it_knew()
    {
        var before = _machine.Kernel.Print();
        await BeToldToEndAsync();

        Assert.Equal(Machine.TwoEnis, await RecoverAsync());

        Assert.Equal(before, _machine.Kernel.Print());
        Assert.Empty(_machine.Store.ReadLedger().Addresses);
    }

    [Fact]
    public async Task It_stands_where_there_is_contact()
    {
        await BeToldToEndAsync();
        var done = _machine.Kernel.Print();
        _isReachable = true;

        Assert.Null(await RecoverAsync());

        Assert.Equal(done, _machine.Kernel.Print());
        Assert.Null(_machine.Store.ReadTransaction());
    }

    [Fact]
    public async Task It_stands_when_it_is_long_ago()
    {
        await BeToldToEndAsync();
        var done = _machine.Kernel.Print();
        _time.Advance(ContactGuard.Memory + TimeSpan.FromSeconds(1));

        Assert.Null(await RecoverAsync());

        Assert.Equal(done, _machine.Kernel.Print());
        Assert.Null(_machine.Store.ReadTransaction());
    }

    [Fact]
    public async Task Contact_that_was_not_there_before_cannot_be_lost()
    {
        _isReachable = false;
        var converging = _guard.ConvergeAsync(Vpc.Believe(Machine.TwoEnis), hasContact: false, CancellationToken.None);
        var waited = await Patiently.UntilAsync(_time, () => converging.IsCompleted, TimeSpan.FromMilliseconds(20));

        Assert.InRange(waited, ContactGuard.PatienceBefore, 2 * ContactGuard.PatienceBefore);
        Assert.True((await converging).InSync);
        Assert.True(_machine.Has("10.0.1.10"));
        Assert.Null(_machine.Store.ReadTransaction());
    }

    [Fact]
    public async Task Contact_that_was_there_before_and_is_lost_takes_everything_back()
    {
        var before = _machine.Kernel.Print();
        _machine.Stack.BeforeApply = _ => _isReachable = false;

        var converging = _guard.ConvergeAsync(Vpc.Believe(Machine.TwoEnis), hasContact: false, CancellationToken.None);
        await Patiently.UntilAsync(_time, () => converging.IsCompleted, TimeSpan.FromMilliseconds(20));

        Assert.True((await converging).IsRolledBack);
        Assert.Equal(before, _machine.Kernel.Print());
    }

    [Fact]
    public async Task What_was_noted_and_failed_is_not_asked_about()
    {
        _machine.Stack.Fails = _ => new StepFailure(FailureKind.Denied, "not permitted");
        _isReachable = false;

        var result = await _guard.ConvergeAsync(Vpc.Believe(Machine.TwoEnis), hasContact: true, CancellationToken.None);

        Assert.False(result.IsRolledBack);
        Assert.NotEmpty(result.Failed);
        Assert.Empty(_server.Paths);
        Assert.Null(_machine.Store.ReadTransaction());
    }

    [Fact]
    public async Task An_ENI_that_carries_the_default_route_is_asked_about_as_well()
    {
        _reconciler.Converge(Vpc.Believe(Machine.TwoEnis));
        var (first, second) = (_machine.Kernel.LinkOf("eth0"), _machine.Kernel.LinkOf("eth1"));
        foreach (var route in _machine.Kernel.Routes.Where(route => route.Table == Route.MainTable && route.Destination.IsDefault && route.LinkIndex == first.Index).ToList())
        {
            Assert.Null(_machine.Kernel.Delete(route));
        }

        Assert.Null(_machine.Kernel.Add(new Route { Table = Route.MainTable, Destination = IpPrefix.Default(AddressFamily.IPv4), LinkIndex = second.Index, Gateway = IpAddress.Parse("10.0.1.1") }));

        await _guard.ConvergeAsync(
            Vpc.Believe(Vpc.Snapshot(Vpc.Primary(), Vpc.Secondary(1, "10.0.1.10", "10.0.1.11", "10.0.1.99"))), hasContact: true, CancellationToken.None);

        Assert.Equal(["instance-id"], _server.Paths);
        _stack.Verify(stack => stack.ResolvesAsync(second.Index, IpAddress.Parse("10.0.1.1"), It.IsAny<CancellationToken>()), Times.Once);
    }

    private async Task BeToldToEndAsync()
    {
        _isReachable = false;
        using var end = new CancellationTokenSource();
        var converging = _guard.ConvergeAsync(Vpc.Believe(Machine.TwoEnis), hasContact: true, end.Token);
        await Patiently.UntilAsync(() => _server.Paths.Count > 0);
        await end.CancelAsync();
        await converging;
        Assert.NotNull(_machine.Store.ReadTransaction());
    }

    // The next process.
    private async Task<MetadataSnapshot?> RecoverAsync()
    {
        var guard = new ContactGuard(_machine.Start(), _metadata, _stack.Object, _time, _log);
        var recovering = guard.RecoverAsync(CancellationToken.None);
        await Patiently.UntilAsync(_time, () => recovering.IsCompleted, TimeSpan.FromMilliseconds(20));
        return await recovering;
    }

    private void GatewayAnswers(Func<CancellationToken, Task<bool>> answer) =>
        _stack.Setup(stack => stack.ResolvesAsync(It.IsAny<int>(), It.IsAny<IpAddress>(), It.IsAny<CancellationToken>()))
            .Returns((int _, IpAddress _, CancellationToken giveUp) => answer(giveUp));

    private static async Task<bool> NeverAsync(CancellationToken giveUp)
    {
        await Task.Delay(Timeout.Infinite, giveUp).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return false;
    }
}
