using System.Globalization;
using System.Text;

namespace EniAgent.Configuration;

/// <summary>Time spans as in systemd.time(7): numbers with units, added up; a bare number is seconds.</summary>
internal static class DurationSyntax
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZµμ";

    /// <summary>More than any limit, and far from where the arithmetic ends.</summary>
    private const decimal Endless = 1e20m;

    private static readonly (string Name, long Microseconds)[] Written =
        [("h", 3_600_000_000), ("min", 60_000_000), ("s", 1_000_000), ("ms", 1_000), ("us", 1)];

    /// <summary>A time span between two limits, both included.</summary>
    public static ValueSyntax<TimeSpan> Between(TimeSpan least, TimeSpan most) => new(
        $"{Format(least)} to {Format(most)}",
        text => Microseconds(text) switch
        {
            null => Parsed<TimeSpan>.Wrong($"{Quote.Text(text)} is not a time span, such as 500ms, 10s, 2min or 1h 30min"),
            var us when us < Of(least) || us > Of(most) =>
                Parsed<TimeSpan>.Wrong($"{Quote.Text(text)} is not between {Format(least)} and {Format(most)}"),
            var us => TimeSpan.FromMicroseconds((long)us),
        },
        Format);

    /// <summary>The shortest text in whole units, largest first: <c>1min 30s</c>.</summary>
    public static string Format(TimeSpan span)
    {
        var rest = (long)Of(span);
        var text = new StringBuilder();
        foreach (var (name, microseconds) in Written)
        {
            if (rest / microseconds is not 0 and var count)
            {
                text.Append(CultureInfo.InvariantCulture, $"{(text.Length == 0 ? "" : " ")}{count}{name}");
                rest %= microseconds;
            }
        }

        return text.Length == 0 ? "0" : text.ToString();
    }

    private static decimal Of(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>The sum in microseconds; negative after a minus sign; null when the text is no time span.</summary>
    private static decimal? Microseconds(ReadOnlySpan<char> text)
    {
        if (text is "infinity")
        {
            return Endless;
        }

        var sign = text is ['-', ..] ? -1 : 1;
        var rest = text[(sign < 0 ? 1 : 0)..].TrimStart();
        if (rest.IsEmpty)
        {
            return null;
        }

        var sum = 0m;
        while (!rest.IsEmpty)
        {
            var number = rest[..Length(rest, "0123456789.")];
            rest = rest[number.Length..].TrimStart();
            var unit = rest[..Length(rest, Letters)];
            rest = rest[unit.Length..].TrimStart();
            if (number.IsEmpty || number[0] == '.' || number[^1] == '.' || Unit(unit) is not { } factor)
            {
                return null;
            }

            // Fifteen digits of years still fit a decimal; longer ones are out of every range anyway.
            if (number.Length > 15)
            {
                return number.Count('.') > 1 ? null : Endless * sign;
            }

            if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count))
            {
                return null;
            }

            sum = Math.Min(sum + (count * factor), Endless);
        }

        return decimal.Truncate(sum) * sign;
    }

    private static int Length(ReadOnlySpan<char> text, ReadOnlySpan<char> of) =>
        text.IndexOfAnyExcept(of) is >= 0 and var end ? end : text.Length;

    private static long? Unit(ReadOnlySpan<char> unit) => unit switch
    {
        "us" or "usec" or "µs" or "μs" => 1,
        "ms" or "msec" => 1_000,
        "" or "s" or "sec" or "second" or "seconds" => 1_000_000,
        "m" or "min" or "minute" or "minutes" => 60_000_000,
        "h" or "hr" or "hour" or "hours" => 3_600_000_000,
        "d" or "day" or "days" => 86_400_000_000,
        "w" or "week" or "weeks" => 604_800_000_000,
        "M" or "month" or "months" => 2_629_800_000_000,
        "y" or "year" or "years" => 31_557_600_000_000,
        _ => null,
    };
}
