using System.Reflection;
using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;
using EniAgent.Core.Tests.Fakes;

namespace EniAgent.Core.Tests.Kernel;

/// <summary>What is observed is compared with what was observed before: whatever a decision is made by must count.</summary>
public sealed class ObservedStateTests
{
    private static ObservedState State => new()
    {
        Links = [new Link { Index = 2, Name = "eth0", Mac = Vpc.Mac(0), Kind = "veth" }],
        Addresses = [new LinkAddress { LinkIndex = 2, Address = new InterfaceAddress(Vpc.Ip("10.0.0.10"), 24), Native = new object() }],
        Routes = [new Route { Table = 254, Destination = IpPrefix.Parse("10.0.0.0/24"), LinkIndex = 2, Native = new object() }],
        Rules = [new Rule { Priority = 1, OutputInterface = "eth0", Native = new object() }],
        Sysctls = new Dictionary<SysctlKey, int> { [new("eth0", SysctlKey.RpFilter)] = 1, [new("all", SysctlKey.RpFilter)] = 0 },
    };

    public static IEnumerable<object[]> Properties =>
        new[] { typeof(Link), typeof(LinkAddress), typeof(Route), typeof(Rule) }.SelectMany(type =>
            type.GetProperties().Where(property => property.CanWrite && property.Name != "Native").Select(property => new object[] { type.Name, property.Name }));

    [Fact]
    public void Two_that_say_the_same_are_the_same_whatever_the_adapter_keeps_with_them()
    {
        Assert.True(State.SaysTheSameAs(State));
        Assert.NotEqual(State.Routes[0], State.Routes[0]);
    }

    [Theory]
    [MemberData(nameof(Properties))]
    public void Every_property_of_an_object_counts(string type, string property)
    {
        var other = State;
        object target = type switch
        {
            nameof(Link) => other.Links[0],
            nameof(LinkAddress) => other.Addresses[0],
            nameof(Route) => other.Routes[0],
            _ => other.Rules[0],
        };
        var set = target.GetType().GetProperty(property)!;
        set.SetValue(target, Another(set, target));

        Assert.False(State.SaysTheSameAs(other), $"{type}.{property}");
    }

    [Fact]
    public void What_is_there_once_more_or_no_more_counts()
    {
        Assert.All(
            new[]
            {
                State with { Links = [] },
                State with { Addresses = [] },
                State with { Routes = [.. State.Routes, State.Routes[0] with { Table = 1 }] },
                State with { Rules = [.. State.Rules, .. State.Rules] },
                State with { MainHasForeignDefault = true },
                State with { Sysctls = new Dictionary<SysctlKey, int>() },
                State with { Sysctls = new Dictionary<SysctlKey, int>(State.Sysctls) { [new("all", SysctlKey.RpFilter)] = 2 } },
                State with { Sysctls = new Dictionary<SysctlKey, int> { [new("eth0", SysctlKey.RpFilter)] = 1, [new("eth1", SysctlKey.RpFilter)] = 0 } },
            },
            other => Assert.False(State.SaysTheSameAs(other) || other.SaysTheSameAs(State)));
    }

    [Fact]
    public void The_order_of_rules_counts()
    {
        var two = State with { Rules = [State.Rules[0], State.Rules[0] with { OutputInterface = "eth1" }] };

        Assert.False(two.SaysTheSameAs(two with { Rules = [two.Rules[1], two.Rules[0]] }));
    }

    [Fact]
    public void A_comparison_makes_next_to_nothing()
    {
        var address = State.Addresses[0];
        var many = State with { Addresses = [.. Enumerable.Range(0, 240).Select(i => address with { Metric = (uint)i })] };
        var same = many with { Addresses = [.. many.Addresses.Select(known => known with { Native = new object() })] };
        Assert.True(many.SaysTheSameAs(same));

        var before = GC.GetAllocatedBytesForCurrentThread();
        many.SaysTheSameAs(same);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 500);
    }

    private static object Another(PropertyInfo property, object target) => property.GetValue(target) switch
    {
        bool value => !value,
        int value => value + 1,
        uint value => value + 1,
        byte value => (byte)(value + 1),
        string value => value + "x",
        MacAddress value => new MacAddress(value.Value + 1),
        AddressFamily => AddressFamily.IPv6,
        IpAddress => Vpc.Ip("10.9.9.9"),
        IpPrefix => IpPrefix.Parse("10.9.9.0/24"),
        InterfaceAddress value => value with { PrefixLength = value.PrefixLength + 1 },
        null when property.PropertyType == typeof(IpPrefix?) => IpPrefix.Parse("10.9.9.0/24"),
        null when property.PropertyType == typeof(uint?) => 9u,
        null when property.PropertyType == typeof(int?) => 9,
        var value => throw new InvalidOperationException($"no other value for {property.Name}: {value}"),
    };
}
