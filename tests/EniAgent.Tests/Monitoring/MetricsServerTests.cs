using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using EniAgent.Linux.Host;
using EniAgent.Linux.Tests;
using EniAgent.Monitoring;
using EniAgent.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace EniAgent.Tests.Monitoring;

public sealed class MetricsServerTests : IDisposable
{
    private static readonly byte[] Content = "m 1\n"u8.ToArray();

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly MetricsServer _server;
    private readonly string _path;

    public MetricsServerTests() => (_server, _path) = (new MetricsServer(_time), _folder["m.sock"]);

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", "HTTP/1.0 200 OK", "m 1\n")]
    [InlineData("GET / HTTP/1.0\n\n", "HTTP/1.0 200 OK", "m 1\n")]
    [InlineData("HEAD /metrics HTTP/1.1\r\n\r\n", "HTTP/1.0 200 OK", "")]
    [InlineData("POST /metrics HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "HTTP/1.0 405 Method Not Allowed", "")]
    public async Task A_request_is_answered_and_the_connection_ends(string request, string status, string body)
    {
        Assert.Null(_server.Serve(_path, Content));

        var answer = await AskAsync(request);

        Assert.StartsWith(status + "\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n" + body, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_written_last_is_served()
    {
        _server.Serve(_path, Content);
        _server.Serve(_path, "m 2\n"u8.ToArray());

        Assert.EndsWith("\nm 2\n", await AskAsync("GET / HTTP/1.0\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_that_say_nothing_keep_others_out_for_no_longer_than_a_client_may_take()
    {
        _server.Serve(_path, Content);
        var silent = new List<Socket>();
        for (var i = 0; i < MetricsServer.MostClients; i++)
        {
            silent.Add(await ConnectAsync());
        }

        var answer = AskAsync("GET / HTTP/1.0\r\n\r\n");
        await Patiently.UntilAsync(_time, () => answer.IsCompleted, TimeSpan.FromMilliseconds(200));

        Assert.StartsWith("HTTP/1.0 200 OK", await answer, StringComparison.Ordinal);
        silent.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task A_client_that_reads_nothing_is_given_up()
    {
        _server.Serve(_path, new byte[8 << 20]);
        using var client = await ConnectAsync();
        await client.SendAsync("GET / HTTP/1.0\r\n\r\n"u8.ToArray());
        await Patiently.UntilAsync(() => client.Available > 0);

        _time.Advance(MetricsServer.Patience);

        // What is in the kernel's buffers, and then the end: not all of it.
        var read = 0;
        var buffer = new byte[1 << 16];
        for (int count; (count = await client.ReceiveAsync(buffer)) > 0; read += count)
        {
            Assert.True(read < 8 << 20);
        }
    }

    [Fact]
    public async Task A_request_without_an_end_is_not_read_for_ever()
    {
        _server.Serve(_path, Content);

        Assert.Equal("", await AskAsync("GET /".PadRight(MetricsServer.LongestRequest, 'x')));
        Assert.StartsWith("HTTP/1.0 200 OK", await AskAsync("GET / HTTP/1.0\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_owner_and_group_may_connect_and_the_file_goes_with_the_server()
    {
        _server.Serve(_path, Content);
        Assert.Equal(ListeningSocket.Mode, File.GetUnixFileMode(_path));

        _server.Dispose();

        Assert.Empty(_folder.Names);
    }

    [Fact]
    public async Task Another_path_takes_the_place_of_the_first_and_none_ends_it()
    {
        _server.Serve(_path, Content);
        Assert.Null(_server.Serve(_folder["n.sock"], Content));
        Assert.Equal(["n.sock"], _folder.Names);
        Assert.StartsWith("HTTP/1.0 200 OK", await AskAsync("GET / HTTP/1.0\r\n\r\n", _folder["n.sock"]), StringComparison.Ordinal);

        Assert.Null(_server.Serve("", Content));

        Assert.Empty(_folder.Names);
    }

    [Fact]
    public async Task The_socket_of_a_process_that_was_killed_is_replaced()
    {
        ListeningSocket.Open(_path, 1).Dispose();
        Assert.Equal(["m.sock"], _folder.Names);

        Assert.Null(_server.Serve(_path, Content));
        Assert.StartsWith("HTTP/1.0 200 OK", await AskAsync("GET / HTTP/1.0\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_elses_socket_is_left_alone()
    {
        using var other = ListeningSocket.Open(_path, 1);

        Assert.Equal($"metrics: {_path}: somebody else listens there", _server.Serve(_path, Content));
        _server.Dispose();

        using var client = await ConnectAsync();
    }

    [Theory]
    [InlineData("file")]
    [InlineData("folder")]
    [InlineData("link")]
    [InlineData("pipe")]
    public void What_is_no_socket_is_never_replaced(string kind)
    {
        switch (kind)
        {
            case "file":
                File.WriteAllText(_path, "precious");
                break;
            case "folder":
                Directory.CreateDirectory(_path);
                break;
            case "link":
                File.CreateSymbolicLink(_path, _folder["nowhere"]);
                break;
            default:
                using (var mkfifo = Process.Start("mkfifo", [_path]))
                {
                    mkfifo.WaitForExit();
                }

                break;
        }

        Assert.Equal($"metrics: {_path} is there and is no socket", _server.Serve(_path, Content));
        Assert.Equal(["m.sock"], _folder.Names);
    }

    [Fact]
    public void A_folder_that_others_can_fill_is_no_place_for_it()
    {
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0x1ff);

        Assert.Contains("may be written by others", _server.Serve(_path, Content), StringComparison.Ordinal);
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void What_kept_it_from_opening_is_tried_again()
    {
        File.WriteAllText(_path, "");
        Assert.NotNull(_server.Serve(_path, Content));
        File.Delete(_path);

        Assert.Null(_server.Serve(_path, Content));
    }

    [Fact]
    public async Task A_socket_whose_file_was_removed_comes_back()
    {
        _server.Serve(_path, Content);
        File.Delete(_path);

        Assert.Null(_server.Serve(_path, Content));

        Assert.StartsWith("HTTP/1.0 200 OK", await AskAsync("GET / HTTP/1.0\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_somebody_puts_in_the_place_of_the_socket_is_said_and_stays()
    {
        _server.Serve(_path, Content);
        File.Delete(_path);
        File.WriteAllText(_path, "precious");

        Assert.Equal($"metrics: {_path} is there and is no socket", _server.Serve(_path, Content));
        _server.Dispose();

        Assert.Equal("precious", File.ReadAllText(_path));
    }

    [Fact]
    public async Task Somebody_elses_socket_in_the_place_of_ours_outlives_us()
    {
        _server.Serve(_path, Content);
        File.Delete(_path);
        using var other = ListeningSocket.Open(_path, 1);

        _server.Dispose();

        using var client = await ConnectAsync();
    }

    private async Task<Socket> ConnectAsync(string? path = null)
    {
        var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(path ?? _path)).WaitAsync(TimeSpan.FromSeconds(30));
        return client;
    }

    private async Task<string> AskAsync(string request, string? path = null)
    {
        using var client = await ConnectAsync(path);
        await client.SendAsync(Encoding.ASCII.GetBytes(request));
        using var stream = new NetworkStream(client);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }
}
