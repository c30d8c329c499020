using System.Globalization;
using System.Net;
using EniAgent.Core.Addressing;

namespace EniAgent.Configuration;

/// <summary>The metadata service's place: <c>http://ADDRESS[:PORT]</c>, nothing else.</summary>
internal static class EndpointSyntax
{
    private const string Scheme = "http://";
    private const int DefaultPort = 80;

    /// <summary>Reads and writes endpoints.</summary>
    public static ValueSyntax<IPEndPoint> Http { get; } = new("http://ADDRESS[:PORT]", Parse, Format);

    private static string Format(IPEndPoint endpoint) =>
        Scheme + (endpoint.Port == DefaultPort ? endpoint.ToString()[..^":80".Length] : endpoint.ToString());

    private static Parsed<IPEndPoint> Parse(string text)
    {
        var quoted = Quote.Text(text);
        if (text.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
        {
            return Parsed<IPEndPoint>.Wrong($"{quoted}: the metadata service speaks plain HTTP, not https; write http://169.254.0.23");
        }

        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return Parsed<IPEndPoint>.Wrong($"{quoted} does not begin with http://");
        }

        var authority = text[Scheme.Length..];
        authority = authority.EndsWith('/') ? authority[..^1] : authority;
        if (authority.AsSpan().IndexOfAny("/?#@") >= 0)
        {
            return Parsed<IPEndPoint>.Wrong($"{quoted} has a path, a query or a user; only http:// and an address (with a port) may stand here");
        }

        var (host, port) = Split(authority);
        if (!IpAddress.TryParse(host, out var address) || (authority.StartsWith('[') != (address.Family == AddressFamily.IPv6)))
        {
            return Parsed<IPEndPoint>.Wrong(NoAddress(quoted, authority));
        }

        if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
        {
            return Parsed<IPEndPoint>.Wrong($"{quoted} has a port that is not from 1 to 65535");
        }

        return address.IsUnspecified || address.IsMulticast
            ? Parsed<IPEndPoint>.Wrong($"{quoted} is not an address that a server can have")
            : new IPEndPoint(address.ToIPAddress(), number);
    }

    private static (string Host, string Port) Split(string authority)
    {
        var bracket = authority.StartsWith('[') ? authority.IndexOf(']') : -1;
        var colon = authority.IndexOf(':', bracket + 1);
        var host = colon < 0 ? authority : authority[..colon];
        return bracket > 0 && (colon < 0 || colon == bracket + 1)
            ? (authority[1..bracket], bracket + 1 == authority.Length ? "80" : colon < 0 ? "" : authority[(colon + 1)..])
            : (host, colon < 0 ? "80" : authority[(colon + 1)..]);
    }

    private static string NoAddress(string quoted, string authority) =>
        authority.Length == 0 ? $"{quoted} has no address"
        : authority.Any(c => char.IsLetter(c)) && authority.Count(c => c == ':') < 2 && !authority.Contains('[')
            ? $"{quoted} is a name; the agent is a static program without a resolver: use an IP literal, http://169.254.0.23"
            : $"{quoted} is not an IP literal, such as http://169.254.0.23 or http://[fd00::23]";
}
