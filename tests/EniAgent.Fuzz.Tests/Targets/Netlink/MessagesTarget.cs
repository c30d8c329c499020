using CsCheck;
using EniAgent.Fuzz.Tests.Harness;
using EniAgent.Netlink;
using EniAgent.Netlink.Tests.Codec;
using static EniAgent.Netlink.NetlinkUapi;

namespace EniAgent.Fuzz.Tests.Targets.Netlink;

/// <summary>Every decoder on the same bytes; and what was decoded is encoded and decoded again to the same.</summary>
internal sealed class MessagesTarget : FuzzTarget
{
    private static readonly RouteDumpFilter Filter = new() { Family = 0, Table = 7, OutputInterface = 3 };

    private delegate object? Parser(ReadOnlySpan<byte> payload);

    private static readonly Parser[] Parsers = [LinkMessage.Parse, AddressMessage.Parse, RouteMessage.Parse, RuleMessage.Parse, NeighborMessage.Parse, NetconfMessage.Parse, FilterChain.Parse];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Seeds => [.. Capture.Names.Select(Capture.Read)];

    /// <inheritdoc/>
    public override int Share => 40_000;

    /// <inheritdoc/>
    public override Gen<byte[]> Inputs(IReadOnlyList<byte[]> seeds) => new MessageMutations(seeds);

    /// <inheritdoc/>
    public override void Run(byte[] input)
    {
        // The decoders take what follows a header, whatever stands in it.
        var body = input.AsSpan(Math.Min(NLMSG_HDRLEN, input.Length));
        foreach (var parse in Parsers)
        {
            if (Parsed(parse, body) is IRequestBody decoded && IsWhole(decoded) && Encoded(decoded) is { } bytes)
            {
                var again = (IRequestBody)parse(bytes)!;
                Assert.Equal(bytes, Encoded(again));
                Assert.Equal(again, parse(bytes));
            }
        }

        try
        {
            _ = Filter.Matches(body);
            var messages = new MessageReader(input);
            while (messages.MoveNext())
            {
                _ = Answer.OfError(messages.Header, messages.Payload);
                _ = Answer.OfDone(messages.Header, messages.Payload);
            }
        }
        catch (MalformedMessageException)
        {
        }
    }

    // An address without an address, or a prefix length of none, is none that a kernel sends, and none that it would take.
    private static bool IsWhole(IRequestBody body) => body switch
    {
        AddressMessage address => !address.Address.IsNone,
        RuleMessage rule => (rule.SourceLength == 0 || !rule.Source.IsNone) && (rule.DestinationLength == 0 || !rule.Destination.IsNone),
        _ => true,
    };

    private static object? Parsed(Parser parse, ReadOnlySpan<byte> payload)
    {
        try
        {
            return parse(payload);
        }
        catch (MalformedMessageException)
        {
            return null;
        }
    }

    private static byte[]? Encoded(IRequestBody body)
    {
        try
        {
            return Attributes.Emit(body);
        }
        catch (ArgumentException)
        {
            // The name of an interface that no kernel would have sent.
            return null;
        }
    }
}
