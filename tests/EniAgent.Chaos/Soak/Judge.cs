using System.Globalization;

namespace EniAgent.Chaos.Soak;

/// <summary>Whether something is as it should be.</summary>
/// <param name="What">What.</param>
/// <param name="IsWell">Whether it is.</param>
/// <param name="Words">How it is.</param>
internal sealed record Finding(string What, bool IsWell, string Words);

/// <summary>Judges how figures go.</summary>
internal static class Judge
{
    /// <summary>
    /// What must be flat grows by no more than its tolerance after the first quarter, in which the agent warms up: neither by the straight line that fits best, nor from
    /// the median of the second quarter to that of the last. What is limited never exceeds its limit.
    /// </summary>
    /// <returns>Null where there is nothing to judge.</returns>
    public static Finding? Find(Series series, IReadOnlyList<Sample> samples)
    {
        if (series.Tolerance is { } tolerance)
        {
            var warm = samples.Where(sample => Quarter(sample) >= 1).ToList();
            var (fit, medians) = (Fit(warm, series.Value), Median(3) - Median(1));
            return new Finding(
                series.Title,
                fit <= tolerance && medians <= tolerance,
                string.Create(CultureInfo.InvariantCulture, $"{fit:+0.00;-0.00} by the fit, {medians:+0.00;-0.00} by the medians; {tolerance} allowed"));
        }

        if (series.Allowed is { } allowed)
        {
            var worst = samples.FirstOrDefault(sample => series.Value(sample) > allowed(sample)) ?? samples[^1];
            return new Finding(
                series.Title,
                series.Value(worst) <= allowed(worst),
                string.Create(CultureInfo.InvariantCulture, $"{series.Value(worst):F0} after {worst.Minutes:F1} min; {allowed(worst):F0} allowed"));
        }

        return null;

        int Quarter(Sample sample) => Math.Min(3, (int)(4 * sample.Minutes / samples[^1].Minutes));

        double Median(int quarter) => samples.Where(sample => Quarter(sample) == quarter).Select(series.Value).Order().ToList() is var values ? values[values.Count / 2] : 0;
    }

    // How much the line of least squares rises from the first sample to the last.
    private static double Fit(List<Sample> samples, Func<Sample, double> value)
    {
        var (time, level) = (samples.Average(sample => sample.Minutes), samples.Average(value));
        var slope = samples.Sum(sample => (sample.Minutes - time) * (value(sample) - level)) / samples.Sum(sample => Math.Pow(sample.Minutes - time, 2));
        return slope * (samples[^1].Minutes - samples[0].Minutes);
    }
}
