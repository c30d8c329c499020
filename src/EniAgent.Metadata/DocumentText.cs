using EniAgent.Core.Addressing;
using EniAgent.Core.Metadata;
using EniAgent.Core.Wording;

namespace EniAgent.Metadata;

/// <summary>What is wrong with a document.</summary>
/// <param name="Kind">The failure that it means when nothing can be read without the document.</param>
/// <param name="IsPending">True for what is merely not there yet: the document is missing or empty.</param>
/// <param name="Message">The document, its value and what was expected.</param>
internal sealed record Problem(MetadataFailureKind Kind, bool IsPending, Sentence Message);

/// <summary>The value of a document, or what is wrong with it.</summary>
/// <param name="Value">The value; meaningless when there is a problem.</param>
/// <param name="Problem">What is wrong; null when nothing is.</param>
internal readonly record struct Reading<T>(T Value, Problem? Problem);

/// <summary>Parses the text of a document.</summary>
internal delegate bool TextParser<T>(string text, out T value);

/// <summary>What a document must hold.</summary>
/// <param name="Expected">In words, for messages.</param>
/// <param name="Parse">The parser.</param>
internal sealed record DocumentKind<T>(Sentence Expected, TextParser<T> Parse)
{
    /// <summary>The first name in a list that is not what it must be, which a message then names: the list may be long.</summary>
    public Func<string, string?> Culprit { get; init; } = static _ => null;

    /// <summary>Takes an answer for a document of this kind.</summary>
    public Reading<T> Read(string path, Document document) => document switch
    {
        Document.Present { Text.Length: 0 } => new(default!, new Problem(MetadataFailureKind.Malformed, true, AnswerWords.Empty(path))),
        Document.Present present when Parse(present.Text, out var value) => new(value, null),
        Document.Present present =>
            new(default!, new Problem(MetadataFailureKind.Malformed, false, Culprit(present.Text) is { } name
                ? AnswerWords.Lists(path, name, Expected)
                : AnswerWords.Is(path, present.Text, Expected))),
        Document.Failed failed => new(default!, new Problem(failed.Kind, false, failed.Message)),
        _ => new(default!, new Problem(MetadataFailureKind.Denied, true, AnswerWords.Missing(path))),
    };
}

/// <summary>How the service's bare text is read.</summary>
internal static class DocumentText
{
    private const int ShortestMask = 8;
    private const int LongestId = 128;
    private const int LongestQuote = 60;

    private static readonly IpPrefix LinkLocalIPv4 = IpPrefix.Parse("169.254.0.0/16");
    private static readonly IpPrefix LinkLocalIPv6 = IpPrefix.Parse("fe80::/10");
    private static readonly IpPrefix ThisNetwork = IpPrefix.Parse("0.0.0.0/8");

    /// <summary>An id such as "ins-0a1b2c3d".</summary>
    public static readonly DocumentKind<string> Id = new(AnswerWords.Id, TryId);

    /// <summary>A NIC's MAC.</summary>
    public static readonly DocumentKind<MacAddress> Mac = new(AnswerWords.Mac, TryMac);

    /// <summary>The listing of ENIs: MACs as spelled, each once.</summary>
    public static readonly DocumentKind<IReadOnlyList<(string Name, MacAddress Mac)>> Macs = new(AnswerWords.Macs, TryMacs)
    {
        Culprit = static text => Names(text).FirstOrDefault(static name => !TryMac(name, out _)),
    };

    /// <summary>A contiguous IPv4 mask as its prefix length.</summary>
    public static readonly DocumentKind<int> Mask = new(AnswerWords.Mask(ShortestMask), TryMask);

    /// <summary>A unicast address that can be a next hop; unlike an ENI's own it may be link-local.</summary>
    public static DocumentKind<IpAddress> Gateway(AddressFamily family) =>
        new(AnswerWords.Address, (string text, out IpAddress address) =>
            IpAddress.TryParse(text, out address) && address.Family == family && IsUnicast(address));

    /// <summary>An address that an ENI can have, or the EIP behind it.</summary>
    public static DocumentKind<IpAddress> Address(AddressFamily family) =>
        new(AnswerWords.Address, (string text, out IpAddress address) => TryAddress(text, family, out address));

    /// <summary>A list of such addresses, each once, in the order of the list.</summary>
    public static DocumentKind<IReadOnlyList<IpAddress>> Addresses(AddressFamily family) =>
        new(AnswerWords.Addresses, (string text, out IReadOnlyList<IpAddress> addresses) =>
        {
            var parsed = new List<IpAddress>();
            addresses = parsed;
            foreach (var name in Names(text))
            {
                if (!TryAddress(name, family, out var address))
                {
                    return false;
                }

                parsed.Add(address);
            }

            addresses = parsed.Distinct().ToList();
            return addresses.Count > 0;
        })
        {
            Culprit = text => Names(text).FirstOrDefault(name => !TryAddress(name, family, out _)),
        };

    /// <summary>The names in a listing: a line each, without white space and one trailing slash, none empty, none twice.</summary>
    public static IEnumerable<string> Names(string text) =>
        text.Split('\n').Select(static line => line.Trim()).Select(static line => line.EndsWith('/') ? line[..^1] : line)
            .Where(static name => name.Length > 0).Distinct(StringComparer.Ordinal);

    /// <summary>A piece of an answer, fit for one line of a log.</summary>
    public static string Quote(string text)
    {
        var shown = text.Length > LongestQuote ? text[..LongestQuote] + "…" : text;
        return $"\"{string.Concat(shown.Select(static c => PlainText.IsShown(c) ? c : ' '))}\"";
    }

    private static bool TryId(string text, out string id)
    {
        id = text;
        return text.Length is > 0 and <= LongestId && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
    }

    private static bool TryMac(string text, out MacAddress mac) =>
        MacAddress.TryParse(text, out mac) && !mac.IsZero && !mac.IsMulticast;

    private static bool TryMacs(string text, out IReadOnlyList<(string Name, MacAddress Mac)> macs)
    {
        var parsed = new List<(string Name, MacAddress Mac)>();
        macs = parsed;
        foreach (var name in Names(text))
        {
            if (!TryMac(name, out var mac))
            {
                return false;
            }

            parsed.Add((name, mac));
        }

        macs = parsed.DistinctBy(static eni => eni.Mac).ToList();
        return macs.Count > 0;
    }

    private static bool TryMask(string text, out int length)
    {
        length = 0;
        return IpAddress.TryParse(text, out var mask) && mask.Family == AddressFamily.IPv4
            && IpPrefix.TryMaskLength(mask, out length) && length >= ShortestMask;
    }

    private static bool TryAddress(string text, AddressFamily family, out IpAddress address) =>
        IpAddress.TryParse(text, out address) && address.Family == family && IsUnicast(address)
        && !LinkLocalIPv4.Contains(address) && !LinkLocalIPv6.Contains(address);

    private static bool IsUnicast(IpAddress address) =>
        !address.IsUnspecified && !address.IsLoopback && !address.IsMulticast && !ThisNetwork.Contains(address)
        && !(address.Family == AddressFamily.IPv4 && address.Value == uint.MaxValue);
}
