using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using EniAgent.Core.Addressing;
using EniAgent.Metadata;

namespace EniAgent.MicroBench;

/// <summary>An answer of the metadata service, from its bytes to the addresses that it lists.</summary>
public class MetadataParsing
{
    private byte[] _response = [];

    [Params(30, 256)]
    public int Addresses { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var body = string.Concat(Enumerable.Range(0, Addresses).Select(i => string.Create(CultureInfo.InvariantCulture, $"10.0.{1 + (i >> 8)}.{i & 255}/\n")));
        _response = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
    }

    [Benchmark]
    public int Listing()
    {
        var reader = new ResponseReader();
        reader.Feed(_response);
        var reading = DocumentText.Addresses(AddressFamily.IPv4).Read("local-ipv4s/", new Document.Present(Encoding.UTF8.GetString(reader.Body)));
        return reading.Problem is null ? reading.Value.Count : throw new InvalidOperationException(reading.Problem.Message.English);
    }
}
