namespace EniAgent.Metadata;

/// <summary>
/// Reads one response to a GET out of the bytes of a connection, in whatever pieces they come (RFC 9112): pure, and bounded in memory
/// whatever the bytes. Interim (1xx) responses are passed over.
/// </summary>
internal sealed class ResponseReader
{
    /// <summary>How long a body may be, in bytes.</summary>
    public const int MaxBody = 64 * 1024;

    /// <summary>How long all heads (interim ones included), one chunk's size line, or the trailers may be, in bytes.</summary>
    public const int MaxHead = 16 * 1024;

    private readonly GrowingBuffer _line = new();
    private readonly GrowingBuffer _body = new();
    private Part _part;
    private ResponseHead? _unfinished;
    private bool _hasBegun;
    private int _linesLeft = MaxHead;
    private int _bodyLeft;

    private enum Part
    {
        StatusLine,
        Fields,
        Body,
        BodyUntilEnd,
        ChunkSize,
        Chunk,
        ChunkEnd,
        Trailers,
    }

    /// <summary>How far it has come.</summary>
    public ResponseState State { get; private set; }

    /// <summary>The head, as soon as it is whole.</summary>
    public ResponseHead? Head { get; private set; }

    /// <summary>The body so far.</summary>
    public ReadOnlySpan<byte> Body => _body.Bytes;

    /// <summary>Takes in what came next; returns how many bytes belong to this response.</summary>
    public int Feed(ReadOnlySpan<byte> bytes)
    {
        _hasBegun |= !bytes.IsEmpty;
        var rest = bytes;
        while (State == ResponseState.Reading && !rest.IsEmpty)
        {
            if (_part is Part.Body or Part.BodyUntilEnd or Part.Chunk)
            {
                TakeBody(ref rest);
            }
            else if (TryTakeLine(ref rest, out var line))
            {
                TakeLine(line);
            }
        }

        return bytes.Length - rest.Length;
    }

    /// <summary>Takes in that nothing will come any more.</summary>
    /// <param name="isOrderly">Whether the service closed the connection, rather than that it broke.</param>
    public void End(bool isOrderly)
    {
        if (State == ResponseState.Reading)
        {
            var start = "HTTP/1."u8;
            var isStart = start.StartsWith(_line.Bytes[..Math.Min(start.Length, _line.Bytes.Length)]);
            State = !_hasBegun ? ResponseState.Nothing
                : _part == Part.StatusLine && !isStart ? ResponseState.NotHttp
                : _part == Part.BodyUntilEnd && isOrderly ? ResponseState.Complete
                : ResponseState.HalfWritten;
        }
    }

    private void TakeLine(ReadOnlySpan<byte> line)
    {
        switch (_part)
        {
            case Part.StatusLine when ResponseHead.FromStatusLine(line) is { } head:
                (_unfinished, _part) = (head, Part.Fields);
                break;
            case Part.Fields when line.IsEmpty:
                EndHead(_unfinished!);
                break;
            case Part.Fields when ResponseHead.TrySplit(line, out var name, out var value) && _unfinished!.TryAdd(name, value):
                break;
            case Part.ChunkSize when TryReadChunkSize(line, out var size):
                (_part, _linesLeft) = (size == 0 ? Part.Trailers : Part.Chunk, MaxHead);
                ExpectBody(size);
                break;
            case Part.ChunkEnd when line.IsEmpty:
                _part = Part.ChunkSize;
                break;
            case Part.Trailers when line.IsEmpty:
                State = ResponseState.Complete;
                break;
            case Part.Trailers when ResponseHead.TrySplit(line, out _, out _):
                break;
            default:
                Break();
                break;
        }
    }

    private void EndHead(ResponseHead head)
    {
        if (head.Status is >= 100 and < 200 and not 101)
        {
            (_unfinished, _part) = (null, Part.StatusLine);
            return;
        }

        if (head.Status == 101 || (head.IsChunked && (head.Length is not null || head.IsHttp10)))
        {
            Break();
            return;
        }

        (Head, _linesLeft) = (head, MaxHead);
        if (head.Status is 204 or 304 || head.Length == 0)
        {
            State = ResponseState.Complete;
            return;
        }

        _part = head.IsChunked ? Part.ChunkSize : head.Length is null ? Part.BodyUntilEnd : Part.Body;
        ExpectBody(head.Length ?? 0);
    }

    private void ExpectBody(int length)
    {
        _bodyLeft = length;
        if (length > MaxBody - _body.Bytes.Length)
        {
            State = ResponseState.TooLong;
        }
    }

    private void TakeBody(ref ReadOnlySpan<byte> rest)
    {
        var taken = _part == Part.BodyUntilEnd ? rest : rest[..Math.Min(rest.Length, _bodyLeft)];
        if (taken.Length > MaxBody - _body.Bytes.Length)
        {
            State = ResponseState.TooLong;
            return;
        }

        _body.Append(taken);
        rest = rest[taken.Length..];
        _bodyLeft -= taken.Length;
        if (_bodyLeft == 0 && _part == Part.Body)
        {
            State = ResponseState.Complete;
        }
        else if (_bodyLeft == 0 && _part == Part.Chunk)
        {
            _part = Part.ChunkEnd;
        }
    }

    /// <summary>A line without its end, which is CR LF or, as RFC 9112 lets one accept, LF alone.</summary>
    private bool TryTakeLine(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        var end = rest.IndexOf((byte)'\n');
        line = end < 0 ? rest : rest[..(end + 1)];
        rest = rest[line.Length..];
        _linesLeft -= line.Length;
        if (_linesLeft < 0)
        {
            Break();
            return false;
        }

        if (end < 0 || !_line.Bytes.IsEmpty)
        {
            _line.Append(line);
            line = _line.Bytes;
        }

        if (end < 0)
        {
            return false;
        }

        line = line.EndsWith("\r\n"u8) ? line[..^2] : line[..^1];
        _line.Clear();
        if (line.ContainsAny((byte)'\r', (byte)'\0'))
        {
            Break();
            return false;
        }

        return true;
    }

    /// <summary>Before the body it is unclear what this is; in its middle, where the rest of it is.</summary>
    private void Break() => State = Head is null ? ResponseState.NotHttp : ResponseState.HalfWritten;

    private static bool TryReadChunkSize(ReadOnlySpan<byte> line, out int size) =>
        Number.Leading(line, 16, out size) is > 0 and var digits && (digits == line.Length || line[digits] is (byte)';' or (byte)' ' or (byte)'\t');
}
