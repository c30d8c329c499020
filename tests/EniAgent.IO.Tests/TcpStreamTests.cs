using System.Net;
using System.Net.Sockets;

namespace EniAgent.IO.Tests;

public sealed class TcpStreamTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public TcpStreamTests() => _listener.Start();

    private IPEndPoint Place => (IPEndPoint)_listener.LocalEndpoint;

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Bytes_go_both_ways_and_the_end_is_seen()
    {
        using var stream = await TcpStream.ConnectAsync(Place, null, CancellationToken.None);
        using var peer = await _listener.AcceptSocketAsync();
        Assert.True(stream.IsQuiet);
        await stream.SendAsync("hello"u8.ToArray(), CancellationToken.None);
        var buffer = new byte[16];
        Assert.Equal("hello"u8.ToArray(), buffer[..await peer.ReceiveAsync(buffer)]);

        var receiving = stream.ReceiveAsync(buffer, CancellationToken.None);
        Assert.False(receiving.IsCompleted);
        await peer.SendAsync("world"u8.ToArray());
        Assert.Equal("world"u8.ToArray(), buffer[..await receiving]);
        peer.Shutdown(SocketShutdown.Both);
        Assert.Equal(0, await stream.ReceiveAsync(buffer, CancellationToken.None));
        Assert.False(stream.IsQuiet);
    }

    [Fact]
    public async Task More_than_there_is_room_for_is_sent_as_it_is_taken()
    {
        using var stream = await TcpStream.ConnectAsync(Place, null, CancellationToken.None);
        using var peer = await _listener.AcceptSocketAsync();
        var bytes = new byte[16 << 20];
        new Random(1).NextBytes(bytes);
        var sending = stream.SendAsync(bytes, CancellationToken.None).AsTask();
        Assert.False(sending.IsCompleted);

        var received = new byte[bytes.Length];
        for (var count = 0; count < received.Length;)
        {
            count += await peer.ReceiveAsync(received.AsMemory(count));
        }

        await sending;
        Assert.Equal(bytes, received);
    }

    [Fact]
    public async Task It_comes_from_where_it_is_told_to()
    {
        using var stream = await TcpStream.ConnectAsync(Place, IPAddress.Parse("127.0.0.9"), CancellationToken.None);
        using var peer = await _listener.AcceptSocketAsync();
        Assert.Equal("127.0.0.9", stream.LocalEndPoint.Address.ToString());
        Assert.Equal(stream.LocalEndPoint, peer.RemoteEndPoint);
    }

    [Theory]
    [InlineData("192.0.2.1", SocketError.AddressNotAvailable)]
    [InlineData("2001:db8::1", SocketError.AddressFamilyNotSupported, SocketError.InvalidArgument)]
    public async Task A_source_that_is_not_here_is_refused(string source, params SocketError[] expected) =>
        Assert.Contains((await Assert.ThrowsAsync<SocketException>(async () => await TcpStream.ConnectAsync(Place, IPAddress.Parse(source), CancellationToken.None))).SocketErrorCode, expected);

    [Fact]
    public async Task Who_does_not_listen_refuses()
    {
        var place = Place;
        _listener.Stop();
        var e = await Assert.ThrowsAsync<SocketException>(async () => await TcpStream.ConnectAsync(place, null, CancellationToken.None));
        Assert.Equal(SocketError.ConnectionRefused, e.SocketErrorCode);
    }

    [Fact]
    public async Task A_connection_that_breaks_says_so()
    {
        using var stream = await TcpStream.ConnectAsync(Place, null, CancellationToken.None);
        using (var peer = await _listener.AcceptSocketAsync())
        {
            peer.LingerState = new LingerOption(true, 0);
        }

        var e = await Assert.ThrowsAsync<SocketException>(async () => await stream.ReceiveAsync(new byte[1], CancellationToken.None));
        Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
    }

    [Fact]
    public async Task Whoever_waits_can_give_up()
    {
        using var stream = await TcpStream.ConnectAsync(Place, null, CancellationToken.None);
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(20), Reactor.Shared);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await stream.ReceiveAsync(new byte[1], soon.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await stream.SendAsync(new byte[1], soon.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await TcpStream.ConnectAsync(Place, null, soon.Token));
    }

    [Fact]
    public async Task IPv6_is_spoken_as_well()
    {
        using var listener = new TcpListener(IPAddress.IPv6Loopback, 0);
        listener.Start();
        using var stream = await TcpStream.ConnectAsync((IPEndPoint)listener.LocalEndpoint, null, CancellationToken.None);
        Assert.Equal(IPAddress.IPv6Loopback, stream.LocalEndPoint.Address);
    }
}
