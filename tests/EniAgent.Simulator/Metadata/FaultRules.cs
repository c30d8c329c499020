using System.Text;
using System.Text.RegularExpressions;

namespace EniAgent.Simulator.Metadata;

/// <summary>The faults in force. Add and clear them at any time: a request meets those that are there when its header is complete.</summary>
public sealed class FaultRules
{
    private readonly Lock _gate = new();
    private readonly List<FaultRule> _rules = [];

    /// <summary>
    /// Adds a fault on the paths that match a glob: <c>*</c> stands for anything within one segment, <c>**</c> for anything at all,
    /// as in <c>**/subnet-mask</c>. Globs know no case. Dispose of the rule to end it.
    /// </summary>
    public FaultRule Add(string glob, Fault fault)
    {
        var rule = new FaultRule(this, glob, fault);
        lock (_gate)
        {
            _rules.Add(rule);
        }
        return rule;
    }

    /// <summary>Ends all faults.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _rules.Clear();
        }
    }

    internal void Remove(FaultRule rule)
    {
        lock (_gate)
        {
            _rules.Remove(rule);
        }
    }

    internal IReadOnlyList<Fault> For(string path)
    {
        lock (_gate)
        {
            return [.. _rules.Where(r => r.Strikes(path)).Select(r => r.Fault)];
        }
    }
}

/// <summary>A fault, where it strikes and how often.</summary>
public sealed class FaultRule : IDisposable
{
    private readonly FaultRules _rules;
    private readonly Regex _pattern;
    private int _left = int.MaxValue;
    private double _probability = 1;
    private Random? _random;

    internal FaultRule(FaultRules rules, string glob, Fault fault)
    {
        (_rules, Fault) = (rules, fault);
        _pattern = new Regex("^" + Translate(glob) + "$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
    }

    /// <summary>What goes wrong.</summary>
    public Fault Fault { get; }

    /// <summary>How many requests it struck.</summary>
    public int Hits { get; private set; }

    /// <summary>Strikes only the next n matching requests.</summary>
    public FaultRule Times(int n)
    {
        _left = n;
        return this;
    }

    /// <summary>Strikes with a probability, by a random sequence that the seed decides.</summary>
    public FaultRule Randomly(double probability, int seed)
    {
        (_probability, _random) = (probability, new Random(seed));
        return this;
    }

    /// <summary>Ends the fault.</summary>
    public void Dispose() => _rules.Remove(this);

    internal bool Strikes(string path)
    {
        if (_left == 0 || !_pattern.IsMatch(path) || (_random is not null && _random.NextDouble() >= _probability))
        {
            return false;
        }
        _left--;
        Hits++;
        return true;
    }

    private static string Translate(string glob)
    {
        var pattern = new StringBuilder();
        for (var i = 0; i < glob.Length; i++)
        {
            if (glob[i] != '*')
            {
                pattern.Append(Regex.Escape(glob[i].ToString()));
            }
            else if (i + 1 < glob.Length && glob[i + 1] == '*')
            {
                pattern.Append(".*");
                i++;
            }
            else
            {
                pattern.Append("[^/]*");
            }
        }
        return pattern.ToString();
    }
}
