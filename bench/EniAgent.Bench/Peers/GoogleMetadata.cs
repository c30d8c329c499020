using System.Net;
using System.Text;
using EniAgent.Simulator.Kernel;

namespace EniAgent.Bench.Peers;

/// <summary>As much of Google's metadata service as its guest agent needs to be idle: one answer to everything, and silence to who waits for a change.</summary>
internal sealed class GoogleMetadata : IAsyncDisposable
{
    private const string Address = "169.254.169.254";

    private static readonly byte[] Answer = Encoding.UTF8.GetBytes(
        """
        {"instance":{"id":1,"attributes":{"enable-oslogin":"false"},"networkInterfaces":[]},"project":{"attributes":{},"projectId":"bench","numericProjectId":1}}
        """);

    private readonly HttpListener _listener = new();
    private readonly Task _served;

    private GoogleMetadata(NetworkNamespace inside)
    {
        _listener.Prefixes.Add($"http://{Address}/");

        // The listener's socket stays in the namespace of the thread that starts it.
        inside.Run(_listener.Start);
        _served = ServeAsync();
    }

    /// <summary>Gives a namespace the address, and answers there.</summary>
    public static async Task<GoogleMetadata> StartAsync(NetworkNamespace inside)
    {
        await inside.IpAsync("link set lo up", $"address add {Address}/32 dev lo");
        return new GoogleMetadata(inside);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _served;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                var query = context.Request.QueryString;
                if (query["wait_for_change"] == "true" && query["last_etag"] != "NONE")
                {
                    // Nothing ever changes; the listener's end ends this too.
                    continue;
                }

                context.Response.Headers.Add("Metadata-Flavor", "Google");
                context.Response.Headers.Add("ETag", "1");
                await context.Response.OutputStream.WriteAsync(Answer);
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // DisposeAsync.
        }
    }
}
