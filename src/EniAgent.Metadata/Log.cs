using System.Net;
using System.Net.Sockets;
using EniAgent.Core.Metadata;
using Microsoft.Extensions.Logging;

namespace EniAgent.Metadata;

/// <summary>
/// The messages of the metadata client, all of them details: what a failed read means for the machine is said once per change by whoever
/// asked for it.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "{Message}; asking again in {Delay}")]
    public static partial void Retrying(ILogger logger, string message, TimeSpan delay);

    [LoggerMessage(2, LogLevel.Debug, "Keeping the known value: {Message}")]
    public static partial void BackgroundFailed(ILogger logger, string message);

    [LoggerMessage(3, LogLevel.Debug, "Cannot reach metadata from {Source} ({Reason}): going without a source address")]
    public static partial void SourceUnusable(ILogger logger, IPAddress source, SocketError reason);

    [LoggerMessage(4, LogLevel.Debug, "Not using the stored documents: they are from {Stored}, not {Endpoint}")]
    public static partial void CacheOfAnotherEndpoint(ILogger logger, string stored, IPEndPoint endpoint);

    [LoggerMessage(5, LogLevel.Debug, "Reading metadata failed ({Kind}): {Message}")]
    public static partial void ReadFailed(ILogger logger, MetadataFailureKind kind, string message);
}
