using static EniAgent.Netlink.Tests.Scripted.ScriptedKernel;

namespace EniAgent.Netlink.Tests.Scripted;

/// <summary>What becomes of answers that are late, lost, too long, inconsistent or malformed.</summary>
public sealed class ScriptedTests
{
    private static readonly NetlinkOptions Impatient = new() { AnswerTimeout = TimeSpan.FromMilliseconds(50) };

    [Fact]
    public void An_interrupted_dump_is_read_again_and_its_parts_are_not_mixed()
    {
        using var kernel = new ScriptedKernel((i, r) => i < 3
            ? [Link(r[0].Sequence, 1), Link(r[0].Sequence, 2, NetlinkUapi.NLM_F_DUMP_INTR), Done(r[0].Sequence)]
            : [Link(r[0].Sequence, 3), Done(r[0].Sequence)]);

        Assert.Equal([3], kernel.Client.DumpLinks().Select(l => l.Index));
        Assert.Equal(4, kernel.Datagrams);
    }

    [Fact]
    public void An_interruption_told_at_the_end_counts_too()
    {
        using var kernel = new ScriptedKernel((i, r) => [Link(r[0].Sequence, i), Done(r[0].Sequence, 0, i == 0 ? NetlinkUapi.NLM_F_DUMP_INTR : (ushort)0)]);

        Assert.Equal([1], kernel.Client.DumpLinks().Select(l => l.Index));
    }

    [Fact]
    public void A_dump_that_is_interrupted_for_ever_is_given_up()
    {
        using var kernel = new ScriptedKernel((_, r) => [Done(r[0].Sequence, 0, NetlinkUapi.NLM_F_DUMP_INTR)]);

        var failure = Assert.Throws<NetlinkException>(() => kernel.Client.DumpLinks());

        Assert.Equal(Errno.EAGAIN, failure.Errno);
        Assert.Equal(16, kernel.Datagrams);
    }

    [Fact]
    public void A_datagram_longer_than_the_buffer_makes_the_buffer_grow_and_the_dump_begin_again()
    {
        static byte[] Long(uint sequence)
        {
            byte[] payload = new byte[16 + (3 * 60_000)];
            payload[4] = 9;
            for (int i = 0; i < 3; i++)
            {
                BitConverter.TryWriteBytes(payload.AsSpan(16 + (i * 60_000)), (ushort)60_000);
                BitConverter.TryWriteBytes(payload.AsSpan(18 + (i * 60_000)), (ushort)999);
            }

            return Message(RtnetlinkUapi.RTM_NEWLINK, NetlinkUapi.NLM_F_MULTI, sequence, payload);
        }

        using var kernel = new ScriptedKernel((_, r) => [[.. Long(r[0].Sequence), .. Done(r[0].Sequence)]]);

        Assert.Equal([9], kernel.Client.DumpLinks().Select(l => l.Index));
        Assert.Equal(2, kernel.Datagrams);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_error_ends_a_dump_wherever_it_stands(bool atTheEnd)
    {
        using var kernel = new ScriptedKernel((_, r) => [Link(r[0].Sequence, 1), atTheEnd ? Done(r[0].Sequence, Errno.ENOMEM) : Error(r[0].Sequence, Errno.ENOMEM)]);

        var failure = Assert.Throws<NetlinkException>(() => kernel.Client.DumpLinks());

        Assert.Equal(("RTM_GETLINK", Errno.ENOMEM, 1u), (failure.Operation, failure.Errno, failure.Sequence));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_table_that_does_not_exist_has_no_routes(bool atTheEnd)
    {
        using var kernel = new ScriptedKernel((_, r) => [atTheEnd ? Done(r[0].Sequence, Errno.ENOENT) : Error(r[0].Sequence, Errno.ENOENT)]);

        Assert.Empty(kernel.Client.DumpRoutes(new RouteDumpFilter { Table = 7 }));
    }

    [Fact]
    public void An_answer_to_an_earlier_question_is_not_taken_for_one_to_this()
    {
        using var kernel = new ScriptedKernel((_, r) => [Link(r[0].Sequence - 1, 1), Error(r[0].Sequence - 1, 22), Link(r[0].Sequence, 2), Done(r[0].Sequence)]);

        Assert.Equal([2], kernel.Client.DumpLinks().Select(l => l.Index));
    }

    [Fact]
    public void A_malformed_answer_is_an_error_and_the_next_question_is_answered()
    {
        using var kernel = new ScriptedKernel((i, r) => i == 0
            ? [Message(RtnetlinkUapi.RTM_NEWLINK, NetlinkUapi.NLM_F_MULTI, r[0].Sequence, [1, 2, 3]), Done(r[0].Sequence)]
            : [Link(r[0].Sequence, 2), Done(r[0].Sequence)]);

        Assert.Throws<MalformedMessageException>(() => kernel.Client.DumpLinks());
        Assert.Equal([2], kernel.Client.DumpLinks().Select(l => l.Index));
    }

    [Fact]
    public void No_answer_is_a_time_out()
    {
        using var kernel = new ScriptedKernel((_, _) => [], Impatient);

        Assert.Equal(Errno.ETIMEDOUT, Assert.Throws<NetlinkException>(() => kernel.Client.DumpLinks()).Errno);
        Assert.Equal(Errno.ETIMEDOUT, Assert.Throws<NetlinkException>(() => kernel.Client.GetLink(1)).Errno);
        Assert.All(kernel.Client.Execute(Batch(3)), r => Assert.Equal(Errno.ETIMEDOUT, r.Errno));
    }

    [Fact]
    public void Only_the_last_request_of_a_system_call_asks_for_an_answer()
    {
        Request[]? seen = null;
        using var kernel = new ScriptedKernel((_, r) =>
        {
            seen = r;
            return [Error(r[^1].Sequence, 0)];
        });

        Assert.All(kernel.Client.Execute(Batch(5)), r => Assert.True(r.IsSuccess));
        Assert.Equal([false, false, false, false, true], seen!.Select(r => (r.Flags & NetlinkUapi.NLM_F_ACK) != 0));
        Assert.Equal([1u, 2u, 3u, 4u, 5u], seen!.Select(r => r.Sequence));
    }

    [Fact]
    public void Answers_are_matched_by_number_in_whatever_order_and_datagram_they_come()
    {
        using var kernel = new ScriptedKernel((_, r) =>
        [
            [.. Error(r[3].Sequence, Errno.EEXIST), .. Error(r[1].Sequence, Errno.ENODEV)],
            Error(r[0].Sequence + 777, Errno.EPERM),
            Error(r[4].Sequence, 0),
        ]);

        Assert.Equal([0, Errno.ENODEV, 0, Errno.EEXIST, 0], kernel.Client.Execute(Batch(5)).Select(r => r.Errno));
    }

    private static RequestBatch Batch(int count)
    {
        var batch = new RequestBatch();
        for (int i = 1; i <= count; i++)
        {
            batch.SetLink(i, up: true);
        }

        return batch;
    }
}
