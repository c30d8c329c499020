using System.Net;
using System.Net.Sockets;
using EniAgent.Core.Options;
using EniAgent.IO;
using Microsoft.Extensions.Logging;

namespace EniAgent.Metadata;

/// <summary>
/// Connects to the service from a source address, or otherwise as soon as that turns out not to work: classic network scripts put 169.254.0.0/16 on every
/// NIC, so that only a packet with the primary ENI's source surely leaves through the primary ENI. Otherwise is without a source first, and then, from
/// one connection to the next, from each other address: when the fabric no longer honours the primary one, that is the only way to learn of its successor.
/// </summary>
internal sealed class Connector(MetadataOptions options, TimeProvider time, ILogger logger)
{
    private IPAddress? _source;
    private IReadOnlyList<IPAddress> _others = [];
    private volatile bool _sourceFailed;
    private int _turn;

    /// <summary>Sets the source address and the others, and gives one that failed another chance; true when connections made so far do not follow it.</summary>
    public bool UseSource(IPAddress? source, IReadOnlyList<IPAddress> others)
    {
        _others = others;
        if (!_sourceFailed && Equals(source, _source))
        {
            return false;
        }

        (_source, _sourceFailed) = (source, false);
        return true;
    }

    /// <summary>Opens a connection.</summary>
    /// <exception cref="SocketException">There is no way to the service.</exception>
    public async ValueTask<TcpStream> ConnectAsync(CancellationToken cancellationToken)
    {
        if (_source is { } source && source.AddressFamily == options.Endpoint.AddressFamily && !_sourceFailed)
        {
            // A source that the fabric no longer honours gives silence: leave half of the time for the way without it.
            using var half = new CancellationTokenSource(options.Timeout / 2, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, half.Token);
            try
            {
                return await TcpStream.ConnectAsync(options.Endpoint, source, either.Token).ConfigureAwait(false);
            }
            catch (SocketException e)
            {
                Log.SourceUnusable(logger, source, e.SocketErrorCode);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                Log.SourceUnusable(logger, source, SocketError.TimedOut);
            }

            _sourceFailed = true;
        }

        return await OpenOtherwiseAsync(cancellationToken).ConfigureAwait(false);
    }

    // What works is kept to, and what does not is not tried again before all the others.
    private async ValueTask<TcpStream> OpenOtherwiseAsync(CancellationToken cancellationToken)
    {
        var (turn, others) = (Volatile.Read(ref _turn), _others);
        try
        {
            return await TcpStream.ConnectAsync(options.Endpoint, turn % (others.Count + 1) is > 0 and var number ? others[number - 1] : null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            Interlocked.CompareExchange(ref _turn, turn + 1, turn);
            throw;
        }
    }
}
