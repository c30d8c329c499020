using System.Text;
using Tmds.Linux;

namespace EniAgent.Journal;

/// <summary>Where standard error leads.</summary>
internal enum StandardErrorKind
{
    /// <summary>A file, a pipe, or anything else.</summary>
    Other,

    /// <summary>A terminal.</summary>
    Terminal,

    /// <summary>journald.</summary>
    Journal,
}

/// <summary>Finds out where standard error leads.</summary>
internal static unsafe class StandardError
{
    private const int Descriptor = 2;

    /// <summary>The other end of a service's standard error, also where systemd is older than 231 and sets no JOURNAL_STREAM.</summary>
    private const string JournalPeer = "/run/systemd/journal/stdout";

    /// <summary>Where this process's standard error leads.</summary>
    public static StandardErrorKind Detect() =>
        !Console.IsErrorRedirected ? StandardErrorKind.Terminal
        : IsJournalStream(Environment.GetEnvironmentVariable("JOURNAL_STREAM"), new FileInfo("/proc/self/fd/2").LinkTarget) || Peer(Descriptor) is JournalPeer
            ? StandardErrorKind.Journal
            : StandardErrorKind.Other;

    /// <summary>
    /// Whether JOURNAL_STREAM (systemd.exec(5)), DEVICE:INODE of the journal's stream, is what a descriptor leads to. Children inherit the variable:
    /// only the inode tells that standard error was not redirected since.
    /// </summary>
    /// <param name="journalStream">The variable's value.</param>
    /// <param name="link">The descriptor's link under /proc: <c>socket:[INODE]</c>.</param>
    public static bool IsJournalStream(string? journalStream, string? link) =>
        journalStream?.IndexOf(':') is >= 0 and var colon && link == $"socket:[{journalStream[(colon + 1)..]}]";

    /// <summary>The path that the other end of a unix socket is bound to; null for anything else.</summary>
    public static string? Peer(int descriptor)
    {
        var address = new sockaddr_un();
        socklen_t length = sizeof(sockaddr_un);
        if (LibC.getpeername(descriptor, (sockaddr*)&address, &length) != 0 || address.sun_family != LibC.AF_UNIX)
        {
            return null;
        }

        var path = new ReadOnlySpan<byte>(address.sun_path, sizeof(sockaddr_un) - sizeof(ushort));
        return path[0] == 0 ? null : Encoding.UTF8.GetString(path[..(path.IndexOf((byte)0) is >= 0 and var end ? end : path.Length)]);
    }
}
