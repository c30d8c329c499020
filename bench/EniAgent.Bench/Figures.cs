using System.Globalization;

namespace EniAgent.Bench;

/// <summary>Figures of one kind, in milliseconds unless said otherwise.</summary>
internal sealed class Figures
{
    private readonly List<double> _values = [];

    public void Add(double value) => _values.Add(value);

    public double Median => _values.Order().ElementAt(_values.Count / 2);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Median,8:F1}   (least {_values.Min():F1}, most {_values.Max():F1}, of {_values.Count})");
}
