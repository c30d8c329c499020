namespace EniAgent.Metadata;

/// <summary>
/// Kept-alive connections. Once disposed of, it keeps none any more, but requests that are under way, or just about to begin, still end well.
/// </summary>
internal sealed class ConnectionPool(Connector connector, TimeProvider time) : IDisposable
{
    /// <summary>How long a connection is kept unused.</summary>
    public static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(60);

    private readonly List<(HttpConnection Connection, long Since)> _idle = new(HttpTransport.MaxConnections);
    private bool _isClosed;

    /// <summary>
    /// Sends a request and reads the response as far as there is one. Where a kept-alive connection ends before the first byte of the answer, the
    /// service had most likely closed it already, and the request goes out again.
    /// </summary>
    /// <exception cref="System.Net.Sockets.SocketException">There is no way to the service.</exception>
    public async ValueTask<ResponseReader> AskAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        while (Take() is { } kept)
        {
            var response = await AskAsync(kept, request, cancellationToken).ConfigureAwait(false);
            if (response.State != ResponseState.Nothing)
            {
                return response;
            }
        }

        var connection = new HttpConnection(await connector.ConnectAsync(cancellationToken).ConfigureAwait(false));
        return await AskAsync(connection, request, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_idle)
        {
            _isClosed = true;
            _idle.ForEach(static idle => idle.Connection.Dispose());
            _idle.Clear();
        }
    }

    private async ValueTask<ResponseReader> AskAsync(HttpConnection connection, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        var isKept = false;
        try
        {
            var response = await connection.AskAsync(request, cancellationToken).ConfigureAwait(false);
            isKept = connection.IsReusable && TryKeep(connection);
            return response;
        }
        finally
        {
            if (!isKept)
            {
                connection.Dispose();
            }
        }
    }

    /// <summary>The connection used last, for it is the least likely to have been closed; null where there is none.</summary>
    private HttpConnection? Take()
    {
        lock (_idle)
        {
            CloseExpired();
            while (_idle.Count > 0)
            {
                var (connection, _) = _idle[^1];
                _idle.RemoveAt(_idle.Count - 1);
                if (connection.IsQuiet)
                {
                    return connection;
                }

                connection.Dispose();
            }

            return null;
        }
    }

    private bool TryKeep(HttpConnection connection)
    {
        lock (_idle)
        {
            if (_isClosed)
            {
                return false;
            }

            CloseExpired();
            _idle.Add((connection, time.GetTimestamp()));
            return true;
        }
    }

    private void CloseExpired()
    {
        while (_idle.Count > 0 && time.GetElapsedTime(_idle[0].Since) > IdleLimit)
        {
            _idle[0].Connection.Dispose();
            _idle.RemoveAt(0);
        }
    }
}
