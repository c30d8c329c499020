using System.Globalization;
using System.Text;
using System.Text.Json;
using EniAgent.Core.Metadata;
using EniAgent.Linux.Files;

namespace EniAgent.Linux.State;

/// <summary>A snapshot in a file of its own, in the form of snapshot.json: saved on one machine, replayed on any other.</summary>
public static class SnapshotFile
{
    // More addresses than an instance can have; a file that is longer is something else, or has no end.
    private const int MaxLength = 16 << 20;

    /// <summary>What stands in such a file.</summary>
    public static string ToText(MetadataSnapshot snapshot) => StateJson.Write(snapshot, cache: null) + "\n";

    /// <summary>Writes one, for everybody to read: nothing in it is secret.</summary>
    /// <exception cref="IOException">It cannot be written, or what is there is no file: a link is not followed, a device not replaced.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, MetadataSnapshot snapshot)
    {
        if (Disk.Instance.Look(path) is { Kind: not FileKind.Regular })
        {
            throw new IOException($"{path} is not a regular file, and stays as it is");
        }

        if (!Directory.Exists(Path.GetDirectoryName(path)))
        {
            throw new IOException($"{path}: there is no such folder");
        }

        AtomicFile.Write(path, ToText(snapshot), AtomicFile.Public, durable: true);
    }

    /// <summary>Reads one.</summary>
    /// <exception cref="SnapshotFileException">There is none, or it is none that this program can read.</exception>
    public static MetadataSnapshot Read(string path)
    {
        var text = ReadText(path);
        try
        {
            return Checked(StateJson.ReadSnapshot(text).Snapshot);
        }
        catch (JsonException e)
        {
            throw new SnapshotFileException(e.LineNumber is { } line ? string.Create(CultureInfo.InvariantCulture, $"{path}:{line + 1}") : path, WithoutPlace(e.Message), e);
        }
        catch (Exception e)
        {
            // Whatever is in it: a file is input.
            throw new SnapshotFileException(path, e.Message, e);
        }
    }

    // What metadata's own reader never lets through.
    private static MetadataSnapshot Checked(MetadataSnapshot snapshot)
    {
        if (snapshot.Primary is null && !snapshot.Faults.Any(fault => fault.Mac == snapshot.PrimaryMac))
        {
            throw new FormatException($"the primary ENI {snapshot.PrimaryMac} is not among the ENIs");
        }

        CheckText(snapshot.InstanceId);
        foreach (var fault in snapshot.Faults)
        {
            CheckText(fault.Message.English);
        }

        foreach (var eni in snapshot.Enis)
        {
            CheckText(eni.SubnetId + eni.VpcId);
            foreach (var address in eni.Addresses)
            {
                CheckText(address.PublicAddressMode);
                if (!eni.Subnet.Contains(address.Address))
                {
                    throw new FormatException($"{address.Address} of {eni.Mac} is outside of {eni.Subnet}");
                }
            }
        }

        return snapshot;
    }

    private static void CheckText(string? text)
    {
        if (text is not null && !text.All(PlainText.IsShown))
        {
            throw new FormatException("there is a control character in it");
        }
    }

    private static string ReadText(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var buffer = new byte[MaxLength + 1];
            var length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return length <= MaxLength ? Encoding.UTF8.GetString(buffer, 0, length) : throw new SnapshotFileException(path, $"is longer than {MaxLength >> 20} MiB");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SnapshotFileException(path, "does not exist", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SnapshotFileException(path, Directory.Exists(path) ? "is a directory, not a file" : e.Message, e);
        }
    }

    // The reader of JSON puts the place behind its message as well, counted from 0.
    private static string WithoutPlace(string message)
    {
        var end = message.IndexOf(" Path: ", StringComparison.Ordinal) is >= 0 and var path ? path : message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }
}

/// <summary>A saved snapshot cannot be used.</summary>
/// <param name="place">The file, with the line where that is known.</param>
/// <param name="problem">What is wrong.</param>
/// <param name="cause">How that was found out.</param>
public sealed class SnapshotFileException(string place, string problem, Exception? cause = null)
    : Exception($"{place}: {string.Concat(problem.Select(c => PlainText.IsShown(c) ? c : '?'))}", cause);
