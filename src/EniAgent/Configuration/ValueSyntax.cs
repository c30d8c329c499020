using System.Globalization;
using System.Text;
using EniAgent.Core.Addressing;
using EniAgent.Core.Options;
using EniAgent.Linux.Host;

namespace EniAgent.Configuration;

/// <summary>A value, or what is wrong with its text.</summary>
internal readonly record struct Parsed<T>
{
    private Parsed(T? value, string? error) => (Value, Error) = (value, error);

    /// <summary>The value; default when there is an error.</summary>
    public T? Value { get; }

    /// <summary>The error, a clause that names the text; null when there is a value.</summary>
    public string? Error { get; }

    public static implicit operator Parsed<T>(T value) => new(value, null);

    public static Parsed<T> Wrong(string error) => new(default, error);
}

/// <summary>How values of one kind are read and written.</summary>
/// <param name="Values">What may be written, for the manual: <c>loose | off | keep</c>.</param>
/// <param name="Parse">Reads a text that is not empty.</param>
/// <param name="Format">Writes a value so that <paramref name="Parse"/> gives it back.</param>
internal sealed record ValueSyntax<T>(string Values, Func<string, Parsed<T>> Parse, Func<T, string> Format);

/// <summary>The simple kinds of value.</summary>
internal static class ValueSyntax
{
    /// <summary>The names of an enumeration, in any case.</summary>
    public static ValueSyntax<T> OneOf<T>()
        where T : struct, Enum
    {
        var words = Enum.GetNames<T>().Select(Lower).ToArray();
        var values = Enum.GetValues<T>();
        return new ValueSyntax<T>(
            string.Join(" | ", words),
            text => Array.FindIndex(words, word => word.Equals(text, StringComparison.OrdinalIgnoreCase)) is >= 0 and var index
                ? values[index]
                : Parsed<T>.Wrong($"{Quote.Text(text)} is not one of {string.Join(", ", words)}"),
            value => Lower(value.ToString()));
    }

    /// <summary>A boolean as systemd reads it (systemd.syntax(7)).</summary>
    public static ValueSyntax<bool> Boolean { get; } = new(
        "yes | no",
        text => Lower(text) switch
        {
            "yes" or "y" or "true" or "t" or "on" or "1" => true,
            "no" or "n" or "false" or "f" or "off" or "0" => false,
            _ => Parsed<bool>.Wrong($"{Quote.Text(text)} is not one of yes, no, true, false, on, off, 1, 0"),
        },
        value => value ? "yes" : "no");

    /// <summary>A decimal number in a range.</summary>
    public static ValueSyntax<uint> Number(uint least, uint most) => new(
        $"{least} to {most}",
        text => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number >= least && number <= most && text[0] != '0'
            ? number
            : Parsed<uint>.Wrong($"{Quote.Text(text)} is not a whole number from {least} to {most}"),
        value => value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A routing protocol number that nobody else has.</summary>
    public static ValueSyntax<byte> Protocol { get; } = new(
        "5 to 255, but none of a routing daemon's",
        text => Number(1, 255).Parse(text) switch
        {
            { Error: { } error } => Parsed<byte>.Wrong(error),
            { Value: var number } => RouteProtocolOwner((byte)number) is { } owner
                ? Parsed<byte>.Wrong($"{number} is {owner}'s; choose one that nobody else uses, such as 131")
                : (byte)number,
        },
        value => value.ToString(CultureInfo.InvariantCulture));

    /// <summary>The path of a unix socket; empty for none.</summary>
    public static ValueSyntax<string> SocketPath { get; } = new(
        "an absolute path",
        text => text switch
        {
            [not '/', ..] => Parsed<string>.Wrong($"{Quote.Text(text)} is not an absolute path"),
            [.., '/'] => Parsed<string>.Wrong($"{Quote.Text(text)} is the path of a folder, not of a file"),
            _ when Encoding.UTF8.GetByteCount(text) > ListeningSocket.LongestPath =>
                Parsed<string>.Wrong($"{Quote.Text(text)} is longer than the {ListeningSocket.LongestPath} bytes that a unix socket's path may have"),
            _ => text,
        },
        value => value);

    /// <summary>A MAC, an interface's name or a subnet.</summary>
    public static ValueSyntax<EniSelector> Eni { get; } = new("MAC | INTERFACE | SUBNET", ParseEni, value => value.ToString());

    /// <summary>An IPv4 prefix that a route may lead to.</summary>
    public static ValueSyntax<IpPrefix> Destination { get; } = new("ADDRESS/LENGTH", ParseDestination, value => value.ToString());

    /// <summary>An IPv4 address that a gateway may have; none for the ENI's own.</summary>
    public static ValueSyntax<IpAddress> Gateway { get; } = new(
        "ADDRESS",
        text => IpAddress.TryParse(text, out var address) && address.Family == AddressFamily.IPv4 && IsHost(address)
            ? address
            : Parsed<IpAddress>.Wrong($"{Quote.Text(text)} is not the IPv4 address of a gateway"),
        value => value.IsNone ? "" : value.ToString());

    /// <summary>True for an address that one machine can have.</summary>
    public static bool IsHost(IpAddress address) => !address.IsUnspecified && !address.IsLoopback && !address.IsMulticast;

    private static Parsed<EniSelector> ParseEni(string text)
    {
        if (Prefix(text) is { Error: { } error })
        {
            return Parsed<EniSelector>.Wrong(error);
        }

        if (!EniSelector.TryParse(text, out var selector) || selector is null)
        {
            return Parsed<EniSelector>.Wrong($"{Quote.Text(text)} is not a MAC address, an interface name or a subnet");
        }

        return selector.Mac is { IsZero: true } or { IsMulticast: true }
            ? Parsed<EniSelector>.Wrong($"{Quote.Text(text)} is a MAC address that no NIC can have")
            : selector;
    }

    private static Parsed<IpPrefix> ParseDestination(string text)
    {
        if (IpAddress.TryParse(text, out var address))
        {
            return Parsed<IpPrefix>.Wrong($"{Quote.Text(text)} has no prefix length; for one address write {IpPrefix.Host(address)}");
        }

        return Prefix(text) switch
        {
            null => Parsed<IpPrefix>.Wrong($"{Quote.Text(text)} is not ADDRESS/LENGTH, for example 192.168.0.0/16"),
            { Error: { } error } => Parsed<IpPrefix>.Wrong(error),
            { Value: { Family: not AddressFamily.IPv4 } } => Parsed<IpPrefix>.Wrong($"{Quote.Text(text)} is not IPv4"),
            { Value: var prefix } => prefix,
        };
    }

    /// <summary>The prefix; null when the text is none; an error when it is one that nothing should be routed by.</summary>
    private static Parsed<IpPrefix>? Prefix(string text)
    {
        var slash = text.IndexOf('/');
        if (slash < 0 || !IpAddress.TryParse(text.AsSpan(0, slash), out var address)
            || !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
        {
            return null;
        }

        if (length > address.Bits)
        {
            return Parsed<IpPrefix>.Wrong($"{Quote.Text(text)} has a prefix length above {address.Bits}");
        }

        var prefix = new IpPrefix(address, length);
        return prefix.IsDefault ? Parsed<IpPrefix>.Wrong($"{Quote.Text(text)} is everything; a default route is not for an ENI to take")
            : prefix.Network != address ? Parsed<IpPrefix>.Wrong($"{Quote.Text(text)} has bits set beyond its length; write {prefix}")
            : prefix;
    }

    /// <summary>Whose a protocol number is by rtnetlink(7) and linux/rtnetlink.h (RTPROT_*); null for nobody's.</summary>
    private static string? RouteProtocolOwner(byte protocol) => protocol switch
    {
        1 => "redirect",
        2 => "kernel",
        3 => "boot",
        4 => "static",
        8 => "gated",
        9 => "ra",
        10 => "mrt",
        11 => "zebra",
        12 => "bird",
        13 => "dnrouted",
        14 => "xorp",
        15 => "ntk",
        16 => "dhcp",
        17 => "mrouted",
        18 => "keepalived",
        42 => "babel",
        84 => "ovn",
        99 => "openr",
        186 => "bgp",
        187 => "isis",
        188 => "ospf",
        189 => "rip",
        192 => "eigrp",
        _ => null,
    };

#pragma warning disable CA1308 // The values are written in lower case.
    private static string Lower(string text) => text.ToLowerInvariant();
#pragma warning restore CA1308
}
