using BenchmarkDotNet.Attributes;
using EniAgent.Core.Addressing;

namespace EniAgent.MicroBench;

/// <summary>The prefixes that cover addresses exactly.</summary>
public class RuleCover
{
    private IpAddress[] _together = [], _scattered = [];

    [Params(30, 256)]
    public int Addresses { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var random = new Random(1);
        _together = [.. Enumerable.Range(0, Addresses).Select(i => IpAddress.FromIPv4(0x0a000005 + (uint)i))];
        _scattered = [.. Enumerable.Range(0, 4 * Addresses).OrderBy(_ => random.Next()).Take(Addresses).Select(i => IpAddress.FromIPv4(0x0a000005 + (uint)i))];
    }

    [Benchmark]
    public object Together() => PrefixCover.Exact(_together);

    [Benchmark]
    public object Scattered() => PrefixCover.Exact(_scattered);
}
