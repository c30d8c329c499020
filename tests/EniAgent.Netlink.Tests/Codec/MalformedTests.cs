using System.Runtime.InteropServices;
using CsCheck;

namespace EniAgent.Netlink.Tests.Codec;

/// <summary>Whatever bytes come, they are read or refused by the one exception that is documented.</summary>
public sealed class MalformedTests
{
    private static readonly byte[][] Captured = [.. Capture.Names.Select(Capture.Read)];

    private static readonly Gen<byte[]> Anything = Gen.Byte.Array[0, 300];

    private static readonly Gen<byte[]> Mutated =
        from capture in Gen.Int[0, Captured.Length - 1].Select(i => Captured[i])
        from changes in Gen.Select(Gen.Int[0, capture.Length - 1], Gen.Byte).Array[1, 6]
        from length in Gen.Frequency((3, Gen.Const(capture.Length)), (1, Gen.Int[0, capture.Length]))
        select Mutate(capture, changes, length);

    [Fact]
    public void Random_bytes_never_throw_anything_else() => Anything.Sample(ReadAsEverything, iter: 5_000);

    [Fact]
    public void Mutated_captures_never_throw_anything_else() => Mutated.Sample(ReadAsEverything, iter: 10_000);

    [Fact]
    public void Every_truncation_of_every_capture_is_read_or_refused()
    {
        foreach (byte[] capture in Captured)
        {
            for (int length = 0; length < capture.Length; length++)
            {
                ReadAsEverything(capture[..length]);
            }
        }
    }

    [Fact]
    public void A_monitor_tells_of_malformed_events_and_throws_nothing() => Mutated.Sample(
        bytes =>
        {
            var events = new List<NetlinkEvent>();
            Assert.Equal(RouteMonitor.Decode(bytes, events.Add), events.Count);
        },
        iter: 5_000);

    [Fact]
    public void What_is_read_from_mutated_captures_can_be_written_and_read_again() => Mutated.Sample(
        bytes =>
        {
            foreach (var body in Read(bytes).OfType<IRequestBody>())
            {
                try
                {
                    _ = Attributes.Emit(body);
                }
                catch (ArgumentException)
                {
                    // The name of an interface that the kernel would not have sent either.
                }
            }
        },
        iter: 5_000);

    [Theory]
    [InlineData("0300010000000000", "read attribute 1: Bad message (EBADMSG): its length is 3 and 8 bytes are there")]
    [InlineData("0c00010000000000", "read attribute 1: Bad message (EBADMSG): its length is 12 and 8 bytes are there")]
    [InlineData("0600010000000000", "read attribute 1: Bad message (EBADMSG): its payload has 2 bytes, not 4 or 16")]
    [InlineData("06000f0000000000", "read attribute 15: Bad message (EBADMSG): its payload has 2 bytes, not at least 4")]
    public void A_length_that_contradicts_what_is_there_is_named(string attributes, string message)
    {
        byte[] payload = [.. new byte[12], .. Convert.FromHexString(attributes)];

        Assert.Equal(message, Assert.Throws<MalformedMessageException>(() => RouteMessage.Parse(payload)).Message);
    }

    [Fact]
    public void Attributes_of_a_newer_kernel_are_passed_over_and_kept_where_they_matter()
    {
        byte[] attribute = [8, 0, 0xff, 0x2f, 1, 2, 3, 4];

        Assert.Equal(new RawAttributes(attribute), RouteMessage.Parse([.. Capture.ReadPayload("route-link-scope"), .. attribute]).UnknownAttributes);
        Assert.Equal(new RawAttributes(attribute), RuleMessage.Parse([.. Capture.ReadPayload("rule-from-to"), .. attribute]).UnknownAttributes);
        Assert.Equal(AddressMessage.Parse(Capture.ReadPayload("address-plain")), AddressMessage.Parse([.. Capture.ReadPayload("address-plain"), .. attribute]));
    }

    [Theory]
    [InlineData("error-invalid-prefix-length")]
    [InlineData("error-quoting-the-request")]
    public void A_captured_refusal_is_read_with_the_kernels_words(string name)
    {
        var messages = new MessageReader(Capture.Read(name));
        Assert.True(messages.MoveNext());

        Assert.Equal(new Answer(Errno.EINVAL, "ipv4: Invalid prefix length", 0), Answer.OfError(messages.Header, messages.Payload));
    }

    private static void ReadAsEverything(byte[] bytes) => _ = Read(bytes).Count;

    private static List<object> Read(byte[] bytes)
    {
        var read = new List<object>();
        Try(() => read.Add(LinkMessage.Parse(Body(bytes))));
        Try(() => read.Add(AddressMessage.Parse(Body(bytes))));
        Try(() => read.Add(RouteMessage.Parse(Body(bytes))));
        Try(() => read.Add(RuleMessage.Parse(Body(bytes))));
        Try(() => read.Add(NeighborMessage.Parse(Body(bytes))));
        Try(() => read.Add(NetconfMessage.Parse(Body(bytes))));
        Try(() => _ = FilterChain.Parse(Body(bytes)));
        Try(() => _ = new RouteDumpFilter { Family = 0, Table = 7, OutputInterface = 3 }.Matches(Body(bytes)));
        Try(() =>
        {
            var messages = new MessageReader(bytes);
            while (messages.MoveNext())
            {
                _ = Answer.OfError(messages.Header, messages.Payload);
                _ = Answer.OfDone(messages.Header, messages.Payload);
            }
        });
        return read;
    }

    private static ReadOnlySpan<byte> Body(byte[] bytes) => bytes.AsSpan(Math.Min(bytes.Length, Marshal.SizeOf<nlmsghdr>()));

    private static void Try(Action read)
    {
        try
        {
            read();
        }
        catch (MalformedMessageException)
        {
        }
    }

    private static byte[] Mutate(byte[] capture, (int At, byte Value)[] changes, int length)
    {
        byte[] copy = [.. capture];
        foreach (var (at, value) in changes)
        {
            copy[at] = value;
        }

        return copy[..length];
    }
}
