namespace EniAgent.Netlink.Tests;

/// <summary>What a refused operation says of itself.</summary>
public sealed class NetlinkExceptionTests
{
    [Fact]
    public void An_error_says_what_was_asked_what_the_kernel_said_and_where() => Assert.Equal(
        "RTM_NEWADDR: Invalid argument (EINVAL): ipv4: Invalid prefix length, at byte 24 of the request [sequence 7]",
        new NetlinkException("RTM_NEWADDR", Errno.EINVAL, "ipv4: Invalid prefix length", 24, 7).Message);

    [Fact]
    public void An_error_leaves_out_what_the_kernel_did_not_say() => Assert.Equal(
        "RTM_DELROUTE: No such process (ESRCH)", new RequestResult(Errno.ESRCH, null, 0).ToException("RTM_DELROUTE").Message);

    [Fact]
    public void An_error_without_a_name_keeps_its_number() =>
        Assert.EndsWith("(errno 133)", new NetlinkException("x", 133).Message, StringComparison.Ordinal);

    [Fact]
    public void An_error_carries_its_parts()
    {
        var error = new NetlinkException("RTM_NEWRULE", Errno.EEXIST, "words", 20, 9);

        Assert.Equal(("RTM_NEWRULE", 17, "words", 20, 9u), (error.Operation, error.Errno, error.KernelMessage, error.Offset, error.Sequence));
    }

    [Fact]
    public void A_batch_names_its_requests()
    {
        var batch = new RequestBatch();
        int address = batch.DeleteAddress(new AddressMessage { Family = 2, Index = 1, Address = InetAddress.FromIPv4(1) });
        int rule = batch.AddRule(new RuleMessage { Family = 2 });

        Assert.Equal(("RTM_DELADDR", "RTM_NEWRULE"), (batch.OperationAt(address), batch.OperationAt(rule)));
    }

    [Fact]
    public void A_request_that_cannot_be_written_leaves_the_batch_as_it_was()
    {
        var batch = new RequestBatch();
        batch.SetLink(1, up: true);
        int length = batch.Buffer.Length;

        Assert.Throws<ArgumentException>(() => batch.AddRule(new RuleMessage { Family = 2, OutputInterface = "a-name-far-too-long" }));
        Assert.Throws<OverflowException>(() => batch.AddRule(new RuleMessage { Family = 2, SourcePorts = new(1, 70_000) }));
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.SetLink(0, group: 1));

        Assert.Equal((1, length), (batch.Count, batch.Buffer.Length));
    }
}
