using System.Net.Sockets;
using EniAgent.Simulator.Metadata;
using EniAgent.Simulator.Probes;

namespace EniAgent.Simulator.Tests;

[Trait("Needs", "root")]
public sealed class FaultTests : IAsyncLifetime
{
    private const string Id = "/latest/meta-data/instance-id";
    private const string Macs = "/latest/meta-data/network/interfaces/macs/";

    private Vpc _vpc = null!;
    private Guest _guest = null!;

    public async Task InitializeAsync()
    {
        _vpc = await Vpc.CreateAsync();
        _guest = await _vpc.CreateGuestAsync(await _vpc.CreateSubnetAsync());
    }

    public async Task DisposeAsync() => await _vpc.DisposeAsync();

    [Theory]
    [InlineData("404", "HTTP/1.1 404 ")]
    [InlineData("429", "HTTP/1.1 429 Answer\r\nRetry-After: 1\r\n")]
    [InlineData("500", "HTTP/1.1 500 ")]
    [InlineData("503", "HTTP/1.1 503 Answer\r\nRetry-After: 1\r\n")]
    [InlineData("html", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")]
    [InlineData("redirect", "HTTP/1.1 302 Answer\r\nLocation: http://198.51.100.2/login\r\n")]
    [InlineData("half-header", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Len")]
    public async Task An_answer_begins_as_the_fault_says(string fault, string beginning)
    {
        FaultCatalogue.Install(fault, _guest);

        Assert.StartsWith(beginning, await GetAsync(Id), StringComparison.Ordinal);

        FaultCatalogue.Clear(_vpc.Metadata);
        Assert.EndsWith(_guest.InstanceId, await GetAsync(Id), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("empty-documents", Id, "\r\n\r\n")]
    [InlineData("empty-list", Macs, "\r\n\r\n")]
    [InlineData("no-primary", Macs, "\r\n\r\n")]
    [InlineData("bogus-mac", Macs, "/\n../../etc/passwd/\neth0/\n")]
    [InlineData("no-addresses", Macs + "{mac}/local-ipv4s/", "\r\n\r\n")]
    [InlineData("no-primary-address", Macs + "{mac}/primary-local-ipv4", "404\n")]
    [InlineData("bogus-address", Macs + "{mac}/local-ipv4s/", "10.0.1.5/\n10.0.999.1/")]
    [InlineData("foreign-address", Macs + "{mac}/local-ipv4s/", "10.0.1.5/\n192.0.2.77/")]
    [InlineData("bad-mask", Macs + "{mac}/local-ipv4s/10.0.1.5/subnet-mask", "\r\n\r\n255.0.255.0")]
    [InlineData("bad-gateway", Macs + "{mac}/local-ipv4s/10.0.1.5/gateway", "\r\n\r\nnot an address")]
    [InlineData("no-mask", Macs + "{mac}/local-ipv4s/10.0.1.5/subnet-mask", "404\n")]
    [InlineData("no-gateway", Macs + "{mac}/local-ipv4s/10.0.1.5/gateway", "404\n")]
    public async Task A_document_ends_as_the_fault_says(string fault, string path, string end)
    {
        FaultCatalogue.Install(fault, _guest);

        Assert.EndsWith(end, await GetAsync(path.Replace("{mac}", _guest.PrimaryEni.Mac.ToUpperInvariant(), StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_duplicate_mac_is_the_same_in_another_case()
    {
        FaultCatalogue.Install("duplicate-mac", _guest);

        Assert.EndsWith($"{_guest.PrimaryEni.Mac.ToUpperInvariant()}/\n{_guest.PrimaryEni.Mac}/", await GetAsync(Macs), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_duplicate_address_stands_under_two_enis()
    {
        var eni = await _vpc.AttachNewAsync(_guest, _vpc.Subnets[0]);
        FaultCatalogue.Install("duplicate-address", _guest);

        Assert.EndsWith("\r\n\r\n10.0.1.6/\n10.0.1.5/", await GetAsync($"{Macs}{eni.Mac.ToUpperInvariant()}/local-ipv4s/"), StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n10.0.1.5/", await GetAsync($"{Macs}{_guest.PrimaryEni.Mac.ToUpperInvariant()}/local-ipv4s/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_connection_is_refused_until_the_service_listens_again()
    {
        FaultCatalogue.Install("refused", _guest);
        var error = await Assert.ThrowsAsync<SocketException>(() => GetAsync(Id));
        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);

        FaultCatalogue.Clear(_vpc.Metadata);
        Assert.EndsWith(_guest.InstanceId, await GetAsync(Id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reset_connection_is_reset()
    {
        FaultCatalogue.Install("reset", _guest);

        var error = await Assert.ThrowsAsync<SocketException>(() => GetAsync(Id));

        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
    }

    [Theory]
    [InlineData("hang")]
    [InlineData("slow")]
    [InlineData("endless-chunks")]
    [InlineData("endless-body")]
    [InlineData("oversize")]
    public async Task An_answer_does_not_end_in_time(string fault)
    {
        FaultCatalogue.Install(fault, _guest);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => MetadataProbe.GetAsync(_guest.Namespace, Id, timeout: TimeSpan.FromMilliseconds(200)));
    }

    [Fact]
    public async Task A_truncated_body_is_shorter_than_announced()
    {
        FaultCatalogue.Install("truncated", _guest);

        var answer = await GetAsync(Id);

        Assert.Contains($"Content-Length: {_guest.InstanceId.Length + 100}\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith(_guest.InstanceId, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invalid_utf8_is_none()
    {
        FaultCatalogue.Install("invalid-utf8", _guest);

        Assert.Contains('\ufffd', await GetAsync(Id));
    }

    [Fact]
    public async Task Flapping_strikes_by_its_seed()
    {
        async Task<string> RunAsync()
        {
            FaultCatalogue.Clear(_vpc.Metadata);
            FaultCatalogue.Install("flapping", _guest);
            var run = "";
            for (var i = 0; i < 12; i++)
            {
                run += (await GetAsync(Id)).Contains(" 500 ", StringComparison.Ordinal) ? 'x' : '.';
            }
            return run;
        }

        var first = await RunAsync();

        Assert.Contains('x', first);
        Assert.Contains('.', first);
        Assert.Equal(first, await RunAsync());
    }

    [Fact]
    public async Task A_fault_can_strike_a_few_times_and_end()
    {
        var rule = _vpc.Metadata.Faults.Add("**/instance-*", Fault.Status(500)).Times(2);

        Assert.Contains(" 500 ", await GetAsync(Id), StringComparison.Ordinal);
        Assert.Contains(" 200 ", await GetAsync("/latest/meta-data/uuid"), StringComparison.Ordinal);
        Assert.Contains(" 500 ", await GetAsync(Id), StringComparison.Ordinal);
        Assert.Contains(" 200 ", await GetAsync(Id), StringComparison.Ordinal);
        Assert.Equal(2, rule.Hits);
    }

    [Fact]
    public async Task Faults_add_up()
    {
        using var slow = _vpc.Metadata.Faults.Add("**", Fault.Delay(TimeSpan.FromMilliseconds(60)));
        using var wrong = _vpc.Metadata.Faults.Add("**/instance-id", Fault.Status(503));
        var start = DateTime.UtcNow;

        Assert.Contains(" 503 ", await GetAsync(Id), StringComparison.Ordinal);
        Assert.True(DateTime.UtcNow - start >= TimeSpan.FromMilliseconds(55));
    }

    [Fact]
    public async Task Every_request_is_recorded_with_its_source_and_connection()
    {
        await GetAsync(Id);
        await GetAsync("/nonsense");

        var requests = _vpc.Metadata.Requests;
        Assert.Equal([Id, "/nonsense"], requests.Select(r => r.Path));
        Assert.All(requests, r => Assert.Equal(_guest.PrimaryEni.PrimaryAddress, r.Source));
        Assert.Equal([1, 2], requests.Select(r => r.Connection));
    }

    [Fact]
    public async Task A_connection_is_kept_for_more_requests()
    {
        using var handler = new SocketsHttpHandler
        {
            MaxConnectionsPerServer = 1,
            ConnectCallback = async (context, end) =>
            {
                var socket = _guest.Namespace.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
                await socket.ConnectAsync(context.DnsEndPoint, end);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var client = new HttpClient(handler) { BaseAddress = new("http://169.254.0.23") };

        Assert.Equal(_guest.InstanceId, await client.GetStringAsync(Id));
        Assert.Equal("10.0.1.5", await client.GetStringAsync("/latest/meta-data/local-ipv4"));
        Assert.Equal([1, 1], _vpc.Metadata.Requests.Select(r => r.Connection));
    }

    [Fact]
    public void An_unknown_fault_names_those_there_are()
    {
        var error = Assert.Throws<ArgumentException>(() => FaultCatalogue.Install("nonsense", _guest));

        Assert.Contains("half-header", error.Message, StringComparison.Ordinal);
    }

    private Task<string> GetAsync(string path) => MetadataProbe.GetAsync(_guest.Namespace, path);
}
