namespace EniAgent.Metadata;

/// <summary>Unsigned numbers as HTTP writes them: digits and nothing else.</summary>
internal static class Number
{
    /// <summary>Reads the digits that a text begins with; returns how many there are.</summary>
    /// <param name="text">ASCII.</param>
    /// <param name="radix">10 or 16.</param>
    /// <param name="value">The number, or <see cref="int.MaxValue"/> where it is larger.</param>
    public static int Leading(ReadOnlySpan<byte> text, int radix, out int value)
    {
        value = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var digit = text[i] switch
            {
                >= (byte)'0' and <= (byte)'9' and var c => c - '0',
                >= (byte)'a' and <= (byte)'f' and var c => c - 'a' + 10,
                >= (byte)'A' and <= (byte)'F' and var c => c - 'A' + 10,
                _ => radix,
            };
            if (digit >= radix)
            {
                return i;
            }

            value = (int)Math.Min(((long)value * radix) + digit, int.MaxValue);
        }

        return text.Length;
    }
}
