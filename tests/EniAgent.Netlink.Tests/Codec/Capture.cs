namespace EniAgent.Netlink.Tests.Codec;

/// <summary>Messages that a real kernel sent, as hexadecimal text under the <c>ip</c> lines that brought them about.</summary>
internal static class Capture
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Captures");

    public static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Folder, "*.hex").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal);

    /// <summary>The whole message with its header.</summary>
    public static byte[] Read(string name) => Convert.FromHexString(string.Concat(
        File.ReadLines(Path.Combine(Folder, name + ".hex")).Where(l => !l.StartsWith('#'))));

    /// <summary>What follows the header.</summary>
    public static byte[] ReadPayload(string name)
    {
        var messages = new MessageReader(Read(name));
        Assert.True(messages.MoveNext());
        byte[] payload = messages.Payload.ToArray();
        Assert.False(messages.MoveNext());
        return payload;
    }
}
