using System.Globalization;

namespace EniAgent.Bench.Results;

/// <summary>Numbers as people read them.</summary>
internal static class Text
{
    /// <summary>A value with its unit, with three digits that count.</summary>
    public static string Value(double value, string unit) => unit.Length == 0 ? Number(value) : $"{Number(value)} {unit}";

    /// <summary>A number with three digits that count, or all of a larger one.</summary>
    public static string Number(double value)
    {
        var size = Math.Abs(value);
        var format = size >= 99.95 || value == Math.Round(value) ? "N0" : size >= 9.995 ? "0.0" : size >= 0.095 ? "0.00" : "0.000";
        return value.ToString(format, CultureInfo.InvariantCulture);
    }
}
