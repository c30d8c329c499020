using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Planning;
using EniAgent.Linux.Kernel;
using EniAgent.Netlink;

namespace EniAgent.Linux.Tests.Kernel;

public class ErrnoPolicyTests
{
    private static readonly Link Link = new() { Index = 1, Name = "eth0", Mac = default };
    private static readonly LinkAddress Address = new() { LinkIndex = 1, Address = new InterfaceAddress(IpAddress.Parse("10.0.0.1"), 24) };
    private static readonly Route Route = new() { Table = 254, Destination = IpPrefix.Parse("10.0.0.0/24"), LinkIndex = 1 };
    private static readonly Rule Rule = new() { Priority = 1, Table = 254 };

    private static readonly Dictionary<string, Step> Steps = new Step[]
    {
        new AddAddress(Address) { Phase = default },
        new AddRoute(Route) { Phase = default },
        new AddRule(Rule) { Phase = default },
        new DeleteAddress(Address) { Phase = default },
        new DeleteRoute(Route) { Phase = default },
        new DeleteRule(Rule) { Phase = default },
        new ReplaceRoute(Route, Route) { Phase = default },
        new SetLinkUp(Link, true) { Phase = default },
        new SetLinkGroup(Link, 0, 1) { Phase = default },
    }.ToDictionary(step => step.GetType().Name);

    public static TheoryData<string, int[]> Tolerated => new()
    {
        { nameof(AddAddress), [Errno.EEXIST] },
        { nameof(AddRoute), [Errno.EEXIST] },
        { nameof(AddRule), [Errno.EEXIST] },
        { nameof(DeleteAddress), [Errno.EADDRNOTAVAIL, Errno.ENODEV] },
        { nameof(DeleteRoute), [Errno.ESRCH, Errno.ENODEV] },
        { nameof(DeleteRule), [Errno.ENOENT, Errno.ESRCH] },
        { nameof(ReplaceRoute), [] },
        { nameof(SetLinkUp), [] },
        { nameof(SetLinkGroup), [] },
    };

    [Theory]
    [MemberData(nameof(Tolerated))]
    public void What_is_there_may_be_added_what_is_gone_may_be_deleted_and_nothing_else_is_tolerated(string step, int[] errnos) =>
        Assert.Equal(errnos.Order(), Enumerable.Range(1, 133).Where(errno => ErrnoPolicy.IsMet(Steps[step], errno)));

    [Theory]
    [InlineData(Errno.EPERM, FailureKind.Denied)]
    [InlineData(Errno.EACCES, FailureKind.Denied)]
    [InlineData(Errno.EEXIST, FailureKind.Conflict)]
    [InlineData(Errno.EOPNOTSUPP, FailureKind.Unsupported)]
    [InlineData(Errno.EAFNOSUPPORT, FailureKind.Unsupported)]
    [InlineData(Errno.EINVAL, FailureKind.Invalid)]
    [InlineData(Errno.ERANGE, FailureKind.Invalid)]
    [InlineData(Errno.ENODEV, FailureKind.Transient)]
    [InlineData(Errno.ENOMEM, FailureKind.Transient)]
    [InlineData(Errno.EAGAIN, FailureKind.Transient)]
    [InlineData(Errno.EBUSY, FailureKind.Transient)]
    [InlineData(Errno.ENETDOWN, FailureKind.Transient)]
    [InlineData(Errno.ENETUNREACH, FailureKind.Transient)]
    public void The_kind_of_a_failure_follows_from_its_errno(int errno, FailureKind kind) => Assert.Equal(kind, ErrnoPolicy.KindOf(errno));
}
