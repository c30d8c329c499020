using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EniAgent.Netlink.Tests.Layout;

/// <summary>Every structure and constant that bears a kernel name is what the C headers say.</summary>
public sealed class LayoutTests
{
    private static readonly Assembly Library = typeof(RouteSocket).Assembly;

    [Fact]
    public void Every_structure_has_the_size_and_offsets_of_the_headers()
    {
        var structs = Library.GetTypes().Where(t => t.IsValueType && !t.IsEnum && char.IsLower(t.Name[0])).ToList();
        Assert.Contains(typeof(fib_rule_port_range), structs);
        var wanted = new List<(string Expression, long Value)>();
        foreach (var type in structs)
        {
            wanted.Add(($"sizeof(struct {type.Name})", Marshal.SizeOf(type)));
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public))
            {
                wanted.Add(($"offsetof(struct {type.Name}, {field.Name})", (long)Marshal.OffsetOf(type, field.Name)));
                wanted.Add(($"sizeof(((struct {type.Name} *)0)->{field.Name})", SizeOf(field.FieldType)));
            }
        }

        AssertAgree(wanted);
    }

    [Fact]
    public void Every_constant_has_the_value_of_the_headers()
    {
        var constants = Library.GetTypes()
            .Where(t => t.Name.EndsWith("Uapi", StringComparison.Ordinal) || t == typeof(Errno))
            .SelectMany(t => t.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(f => f.IsLiteral)
            .ToList();
        Assert.True(constants.Count > 150);

        AssertAgree([.. constants.Select(c => (c.Name, Convert.ToInt64(c.GetRawConstantValue(), CultureInfo.InvariantCulture)))]);
    }

    [Fact]
    public void The_event_filter_looks_where_the_headers_put_things() => AssertAgree(
    [
        ("offsetof(struct nlmsghdr, nlmsg_type)", EventFilterProgram.TypeOffset),
        ("NLMSG_HDRLEN", EventFilterProgram.BodyOffset),
        ("NLMSG_HDRLEN + offsetof(struct ifinfomsg, ifi_index)", EventFilterProgram.LinkIndexOffset),
        ("NLMSG_SPACE(sizeof(struct ifinfomsg))", EventFilterProgram.LinkAttributes),
        ("NLMSG_HDRLEN + offsetof(struct ifaddrmsg, ifa_index)", EventFilterProgram.AddressIndexOffset),
        ("NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_dst_len)", EventFilterProgram.DestinationLengthOffset),
        ("NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_table)", EventFilterProgram.TableOffset),
        ("NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_protocol)", EventFilterProgram.ProtocolOffset),
        ("NLMSG_SPACE(sizeof(struct rtmsg))", EventFilterProgram.RouteAttributes),
        ("NLMSG_SPACE(sizeof(struct netconfmsg))", EventFilterProgram.NetconfAttributes),
    ]);

    private static long SizeOf(Type type) => type.IsPointer ? Unsafe.SizeOf<nint>() : Marshal.SizeOf(type);

    private static void AssertAgree(IReadOnlyList<(string Expression, long Value)> wanted)
    {
        var actual = CHeaders.Evaluate([.. wanted.Select(w => w.Expression)]);
        Assert.Equal(wanted, wanted.Zip(actual, (w, value) => (w.Expression, value)));
    }
}
