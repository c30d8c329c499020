using System.Globalization;
using System.Text;

namespace EniAgent.Metadata;

/// <summary>The Retry-After field: seconds or a date in one of the three forms of RFC 9110, section 5.6.7.</summary>
internal static class RetryAfter
{
    private static readonly string[] DateForms = ["r", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy"];

    /// <summary>How long to wait, negative for a date in the past; null where the field says nothing that can be understood.</summary>
    public static TimeSpan? Parse(string? field, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(field))
        {
            return null;
        }

        if (Number.Leading(Encoding.Latin1.GetBytes(field), 10, out var seconds) == field.Length)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        const DateTimeStyles styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite;
        return DateTimeOffset.TryParseExact(field, DateForms, CultureInfo.InvariantCulture, styles, out var date) ? date - now : null;
    }
}
