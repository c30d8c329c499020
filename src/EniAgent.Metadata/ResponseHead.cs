using System.Text;

namespace EniAgent.Metadata;

/// <summary>The head of a response as far as it matters here: the status line and five header fields (RFC 9112, sections 4 to 6).</summary>
internal sealed class ResponseHead
{
    private ResponseHead(int status, bool isHttp10) => (Status, IsHttp10, KeepsAlive) = (status, isHttp10, !isHttp10);

    /// <summary>The status, 100 to 999.</summary>
    public int Status { get; }

    /// <summary>Whether it speaks HTTP/1.0, which knows no chunks; not keeping its connections is simpler than asking whether it would.</summary>
    public bool IsHttp10 { get; }

    /// <summary>Content-Length in bytes, or <see cref="int.MaxValue"/> where it is larger; null without one.</summary>
    public int? Length { get; private set; }

    /// <summary>Whether the body comes in chunks.</summary>
    public bool IsChunked { get; private set; }

    /// <summary>Whether another request may follow on this connection.</summary>
    public bool KeepsAlive { get; private set; }

    /// <summary>Whether the body is compressed or the like, which nobody asked for.</summary>
    public bool IsEncoded { get; private set; }

    /// <summary>Retry-After as it came; see <see cref="RetryAfter"/>.</summary>
    public string? RetryAfter { get; private set; }

    /// <summary>Reads a status line, such as "HTTP/1.1 200 OK", without its line end; null where it is none.</summary>
    public static ResponseHead? FromStatusLine(ReadOnlySpan<byte> line)
    {
        var isOne = line.StartsWith("HTTP/1.0 "u8) || line.StartsWith("HTTP/1.1 "u8);
        return isOne && Number.Leading(line[9..], 10, out var status) == 3 && status >= 100 && (line.Length == 12 || line[12] == ' ')
            ? new ResponseHead(status, isHttp10: line[7] == '0')
            : null;
    }

    /// <summary>Whether a line has the shape of a header or trailer field.</summary>
    public static bool TrySplit(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var colon = line.IndexOf((byte)':');
        name = line[..Math.Max(0, colon)];
        value = line[(colon + 1)..].Trim(" \t"u8);
        foreach (var letter in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)letter) && !"!#$%&'*+-.^_`|~"u8.Contains(letter))
            {
                return false;
            }
        }

        return colon > 0;
    }

    /// <summary>Takes in a field; false where it says something that makes the end of the body doubtful.</summary>
    public bool TryAdd(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Ascii.EqualsIgnoreCase(name, "Content-Length"u8))
        {
            var isNumber = Number.Leading(value, 10, out var length) is > 0 and var digits && digits == value.Length;
            var isFirst = Length is null;
            Length = length;
            return isNumber && isFirst;
        }

        if (Ascii.EqualsIgnoreCase(name, "Transfer-Encoding"u8))
        {
            var isFirst = !IsChunked;
            IsChunked = true;
            return isFirst && Ascii.EqualsIgnoreCase(value, "chunked"u8);
        }

        if (Ascii.EqualsIgnoreCase(name, "Connection"u8))
        {
            foreach (var option in value.Split((byte)','))
            {
                KeepsAlive &= !Ascii.EqualsIgnoreCase(value[option].Trim(" \t"u8), "close"u8);
            }
        }
        else if (Ascii.EqualsIgnoreCase(name, "Retry-After"u8))
        {
            RetryAfter = Encoding.Latin1.GetString(value);
        }

        IsEncoded |= Ascii.EqualsIgnoreCase(name, "Content-Encoding"u8);
        return true;
    }
}
