using System.Net;
using System.Net.Sockets;
using System.Text;
using EniAgent.Linux.Files;
using EniAgent.Linux.State;

namespace EniAgent.Linux.Host;

/// <summary>A unix socket that others connect to. Its file stays when it is closed: see <see cref="RemoveStale"/>.</summary>
public static class ListeningSocket
{
    /// <summary>How many bytes a path may have: sun_path of unix(7), less its NUL.</summary>
    public const int LongestPath = 107;

    /// <summary>rw-rw----: for its owner and its group, which is the folder's where that says so (setgid).</summary>
    public const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>Opens it. A socket on which nobody listens any more is replaced; anything else that is there stays.</summary>
    /// <param name="path">Its file, in a folder that only we may write in.</param>
    /// <param name="backlog">How many may wait to be accepted.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public static Socket Open(string path, int backlog)
    {
        if (Encoding.UTF8.GetByteCount(path) > LongestPath)
        {
            throw new IOException($"{path} is longer than the {LongestPath} bytes that a unix socket's path may have");
        }

        try
        {
            OwnFolder.Make(Path.GetDirectoryName(path) ?? throw new IOException($"{path} is the path of a folder"));
            MakeRoom(path);
            return Listen(path, backlog);
        }
        catch (SocketException e)
        {
            // No descriptor left, perhaps: making a socket fails as well as binding one.
            throw new IOException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Removes the file of a socket on which nobody listens any more; anything else that is there stays.</summary>
    /// <exception cref="IOException">It cannot be looked at or removed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be removed.</exception>
    /// <exception cref="SocketException">Whether somebody listens cannot be tried.</exception>
    public static void RemoveStale(string path)
    {
        if (Disk.Instance.Look(path) is { Kind: FileKind.Socket } && !IsAlive(path))
        {
            Disk.Instance.Delete(path);
        }
    }

    private static Socket Listen(string path, int backlog)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new Place(path));
            File.SetUnixFileMode(path, Mode);
            socket.Listen(backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void MakeRoom(string path)
    {
        RemoveStale(path);
        switch (Disk.Instance.Look(path))
        {
            case null:
                return;
            case { Kind: FileKind.Socket }:
                throw new IOException($"{path}: somebody else listens there");
            default:
                throw new IOException($"{path} is there and is no socket");
        }
    }

    private static bool IsAlive(string path)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException e)
        {
            // A queue that is full, or another kind of socket, is somebody's as well.
            return e.SocketErrorCode != SocketError.ConnectionRefused;
        }
    }

    // With an endpoint of its own kind .NET would delete whatever is at the path when the socket is closed, be it somebody else's by then.
    private sealed class Place(string path) : EndPoint
    {
        private readonly UnixDomainSocketEndPoint _place = new(path);

        public override AddressFamily AddressFamily => AddressFamily.Unix;

        public override SocketAddress Serialize() => _place.Serialize();

        public override EndPoint Create(SocketAddress socketAddress) => _place.Create(socketAddress);
    }
}
