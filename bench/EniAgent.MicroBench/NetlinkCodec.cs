using System.Reflection;
using BenchmarkDotNet.Attributes;
using EniAgent.Netlink;

namespace EniAgent.MicroBench;

/// <summary>Messages of the kernel read, and requests written.</summary>
public class NetlinkCodec
{
    private const int HeaderLength = 16;

    private readonly byte[] _address = Payload("address-plain"), _route = Payload("route-default-in-table"), _rule = Payload("rule-from-address"), _link = Payload("link-veth");
    private readonly RequestBatch _batch = new();
    private AddressMessage _oneAddress = null!;
    private RouteMessage _oneRoute = null!;
    private RuleMessage _oneRule = null!;

    [GlobalSetup]
    public void Prepare() => (_oneAddress, _oneRoute, _oneRule) = (ReadAddress(), ReadRoute(), ReadRule());

    [Benchmark]
    public AddressMessage ReadAddress() => AddressMessage.Parse(_address);

    [Benchmark]
    public RouteMessage ReadRoute() => RouteMessage.Parse(_route);

    [Benchmark]
    public RuleMessage ReadRule() => RuleMessage.Parse(_rule);

    [Benchmark]
    public LinkMessage ReadLink() => LinkMessage.Parse(_link);

    [Benchmark]
    public int WriteThree()
    {
        _batch.Clear();
        _batch.AddAddress(_oneAddress);
        _batch.AddRoute(_oneRoute);
        return _batch.AddRule(_oneRule);
    }

    private static byte[] Payload(string capture)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(capture)!);
        return Convert.FromHexString(string.Concat(reader.ReadToEnd().Split('\n').Where(line => !line.StartsWith('#'))))[HeaderLength..];
    }
}
