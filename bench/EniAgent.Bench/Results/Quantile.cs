namespace EniAgent.Bench.Results;

/// <summary>Order statistics.</summary>
internal static class Quantile
{
    /// <summary>The value that this share of the values does not exceed.</summary>
    public static double Of(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        var at = share * (sorted.Length - 1);
        var below = (int)at;
        return below + 1 == sorted.Length ? sorted[below] : sorted[below] + ((at - below) * (sorted[below + 1] - sorted[below]));
    }

    /// <summary>The value in the middle.</summary>
    public static double Median(IEnumerable<double> values) => Of(values, 0.5);

    /// <summary>The value in the middle; null when one of them is unknown.</summary>
    public static double? Median(IEnumerable<double?> values) => values.ToArray() is var all && all.Contains(null) ? null : Median(all.Select(v => v!.Value));

    /// <summary>The median of what the first is of the second, round by round: what the machine did besides in a round is in both.</summary>
    public static double Ratio(Series ours, Series theirs) => Median(ours.Values.Zip(theirs.Values, (a, b) => a / b));
}
