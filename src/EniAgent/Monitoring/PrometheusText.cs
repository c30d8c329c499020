using System.Globalization;
using System.Text;

namespace EniAgent.Monitoring;

/// <summary>Writes Prometheus' text format 0.0.4 into a buffer that is used again: families of samples, each with at most one label.</summary>
internal sealed class PrometheusText
{
    private const int LongestNumber = 24;

    private byte[] _buffer = new byte[8192];
    private int _length;

    /// <summary>Begins anew.</summary>
    public void Clear() => _length = 0;

    /// <summary>What was written.</summary>
    public byte[] ToArray() => _buffer.AsSpan(0, _length).ToArray();

    /// <summary>Begins a family; its samples follow.</summary>
    public void Family(string name, string type, string help)
    {
        Write("# HELP ");
        Write(name);
        Write(" ");
        WriteEscaped(help, isLabel: false);
        Write("\n# TYPE ");
        Write(name);
        Write(" ");
        Write(type);
        Write("\n");
    }

    /// <summary>A sample without a label.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value, times ten to the power of <paramref name="decimals"/>.</param>
    /// <param name="decimals">How many digits of it stand behind the point.</param>
    public void Sample(string name, long value, int decimals = 0)
    {
        Write(name);
        Value(value, decimals);
    }

    /// <summary>A sample with a label.</summary>
    public void Sample(string name, string label, string labelValue, long value, int decimals = 0)
    {
        Open(name, label);
        WriteEscaped(labelValue, isLabel: true);
        Close(value, decimals);
    }

    /// <summary>The bucket of a histogram that ends at a bound, in milliseconds; null for the last one.</summary>
    public void Bucket(string name, int? milliseconds, long count)
    {
        Open(name, "le");
        if (milliseconds is { } bound)
        {
            Number(bound, decimals: 3);
        }
        else
        {
            Write("+Inf");
        }

        Close(count, decimals: 0);
    }

    private void Open(string name, string label)
    {
        Write(name);
        Write("{");
        Write(label);
        Write("=\"");
    }

    private void Close(long value, int decimals)
    {
        Write("\"}");
        Value(value, decimals);
    }

    private void Value(long value, int decimals)
    {
        Write(" ");
        Number(value, decimals);
        Write("\n");
    }

    // Whole numbers all the way: no rounding, and no zeros behind what matters.
    private void Number(long value, int decimals)
    {
        for (; decimals > 0 && value % 10 == 0; decimals--)
        {
            value /= 10;
        }

        var unit = 1L;
        for (var i = 0; i < decimals; i++)
        {
            unit *= 10;
        }

        WriteDigits(value / unit, 1);
        if (decimals > 0)
        {
            Write(".");
            WriteDigits(value % unit, decimals);
        }
    }

    private void WriteDigits(long value, int digits)
    {
        Span<char> text = stackalloc char[LongestNumber];
        value.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        for (var i = length; i < digits; i++)
        {
            Write("0");
        }

        Write(text[..length]);
    }

    private void WriteEscaped(ReadOnlySpan<char> text, bool isLabel)
    {
        for (int at; (at = text.IndexOfAny('\\', '\n', '"')) >= 0; text = text[(at + 1)..])
        {
            Write(text[..at]);
            Write(text[at] switch
            {
                '\\' => "\\\\",
                '\n' => "\\n",
                _ => isLabel ? "\\\"" : "\"",
            });
        }

        Write(text);
    }

    private void Write(ReadOnlySpan<char> text)
    {
        while (Encoding.UTF8.GetMaxByteCount(text.Length) > _buffer.Length - _length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        _length += Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_length));
    }
}
