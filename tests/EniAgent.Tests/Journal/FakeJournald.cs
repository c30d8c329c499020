using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Tmds.Linux;

namespace EniAgent.Tests.Journal;

/// <summary>A received entry: its fields in order, and how it came.</summary>
internal sealed record ReceivedEntry(IReadOnlyList<KeyValuePair<string, string>> Fields, bool AsFile, int Seals)
{
    public string this[string name] => Fields.Single(field => field.Key == name).Value;

    public bool Has(string name) => Fields.Any(field => field.Key == name);
}

/// <summary>Listens as journald does and decodes its native protocol strictly: what journald would drop fails the test.</summary>
internal sealed unsafe class FakeJournald : IDisposable
{
    private const int ControlSize = 64;

    private readonly string directory = Directory.CreateTempSubdirectory("eni-agent-journal-").FullName;
    private Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public FakeJournald() => Listen();

    public string Path => directory + "/socket";

    /// <summary>Everything that is there, without waiting.</summary>
    public List<ReceivedEntry> ReceiveAll()
    {
        List<ReceivedEntry> all = [];
        while (socket.Poll(0, SelectMode.SelectRead))
        {
            all.Add(Receive());
        }

        return all;
    }

    public ReceivedEntry Receive()
    {
        Assert.True(socket.Poll(TimeSpan.FromSeconds(10), SelectMode.SelectRead), "no entry came");
        var buffer = new byte[1 << 20];
        var control = stackalloc byte[ControlSize];
        fixed (byte* data = buffer)
        {
            var vector = new iovec { iov_base = data, iov_len = buffer.Length };
            var message = new msghdr { msg_iov = &vector, msg_iovlen = 1, msg_control = control, msg_controllen = ControlSize };
            var length = (int)LibC.recvmsg((int)socket.Handle, &message, LibC.MSG_CMSG_CLOEXEC);
            Assert.True(length >= 0);
            Assert.Equal(0, message.msg_flags & (LibC.MSG_TRUNC | LibC.MSG_CTRUNC));
            if ((uint)message.msg_controllen == 0)
            {
                return new ReceivedEntry(Decode(buffer.AsSpan(0, length)), AsFile: false, Seals: 0);
            }

            Assert.Equal(0, length);
            var header = (cmsghdr*)control;
            Assert.Equal((LibC.SOL_SOCKET, LibC.SCM_RIGHTS), (header->cmsg_level, header->cmsg_type));
            return ReadFile(*(int*)(header + 1));
        }
    }

    /// <summary>Goes away as journald does in a restart, socket and all.</summary>
    public void Stop()
    {
        socket.Dispose();
        File.Delete(Path);
    }

    public void Restart()
    {
        socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        Listen();
    }

    public void Dispose()
    {
        socket.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private void Listen() => socket.Bind(new UnixDomainSocketEndPoint(Path));

    private static ReceivedEntry ReadFile(int descriptor)
    {
        using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(descriptor, ownsHandle: true);
        Assert.Contains("(deleted)", new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget, StringComparison.Ordinal);
        var content = new byte[RandomAccess.GetLength(handle)];
        Assert.Equal(content.Length, RandomAccess.Read(handle, content, 0));
        return new ReceivedEntry(Decode(content), AsFile: true, Seals: LibC.fcntl(descriptor, LibC.F_GET_SEALS, 0));
    }

    private static List<KeyValuePair<string, string>> Decode(ReadOnlySpan<byte> entry)
    {
        List<KeyValuePair<string, string>> fields = [];
        while (!entry.IsEmpty)
        {
            var end = entry.IndexOfAny((byte)'=', (byte)'\n');
            Assert.True(end > 0, "a field without a name");
            var name = Encoding.ASCII.GetString(entry[..end]);
            Assert.Matches("^[A-Z][A-Z0-9_]{0,63}$", name);
            var isText = entry[end] == (byte)'=';
            var rest = entry[(end + 1)..];
            var length = isText ? rest.IndexOf((byte)'\n') : (int)BinaryPrimitives.ReadInt64LittleEndian(rest);
            rest = isText ? rest : rest[sizeof(long)..];
            fields.Add(new(name, new UTF8Encoding(false, true).GetString(rest[..length])));
            Assert.Equal((byte)'\n', rest[length]);
            entry = rest[(length + 1)..];
        }

        return fields;
    }
}
