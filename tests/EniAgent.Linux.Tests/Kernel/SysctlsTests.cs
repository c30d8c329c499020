using EniAgent.Core.Kernel;
using EniAgent.Linux.Kernel;

namespace EniAgent.Linux.Tests.Kernel;

public class SysctlsTests
{
    [Fact]
    [Trait("Needs", "root")]
    public void A_value_is_written_and_read_in_this_namespace_alone() => Bed.Run(_ =>
    {
        var key = new SysctlKey("eth0", SysctlKey.ArpIgnore);

        Assert.Null(Sysctls.Write(key, 1));

        Assert.Equal(1, Sysctls.Read(key));
        Assert.Equal("1", Bed.Sysctl("eth0", SysctlKey.ArpIgnore));
    });

    [Fact]
    [Trait("Needs", "root")]
    public void A_dot_in_a_name_is_part_of_the_name() => Bed.Run(_ =>
    {
        Bed.Ip("link set eth1 name eth0.100");

        Assert.Null(Sysctls.Write(new SysctlKey("eth0.100", SysctlKey.RpFilter), 2));

        Assert.Equal("2", Bed.Sysctl("eth0.100", SysctlKey.RpFilter));
    });

    [Fact]
    public void What_is_not_there_has_no_value() => Assert.Null(Sysctls.Read(new SysctlKey("no-such-link", SysctlKey.RpFilter)));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../all")]
    [InlineData("a/b")]
    public void A_name_that_would_lead_elsewhere_is_refused(string name)
    {
        Assert.Throws<ArgumentException>(() => Sysctls.Read(new SysctlKey(name, SysctlKey.RpFilter)));
        Assert.Throws<ArgumentException>(() => Sysctls.Write(new SysctlKey(name, SysctlKey.RpFilter), 1));
    }
}
