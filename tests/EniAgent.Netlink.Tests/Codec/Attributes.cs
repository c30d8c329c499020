namespace EniAgent.Netlink.Tests.Codec;

/// <summary>Attributes taken apart for comparison.</summary>
internal static class Attributes
{
    /// <summary>Each attribute after a structure as <c>type:payload</c>, sorted; nests as their own attributes, sorted too.</summary>
    public static List<string> List(ReadOnlySpan<byte> attributes, params ushort[] nests)
    {
        var list = new List<string>();
        var reader = new AttributeReader(attributes);
        while (reader.MoveNext())
        {
            list.Add(nests.Contains(reader.Type)
                ? $"{reader.Type}:[{string.Join(' ', List(reader.Value))}]"
                : $"{reader.Type}:{Convert.ToHexStringLower(reader.Value)}");
        }

        list.Sort(StringComparer.Ordinal);
        return list;
    }

    /// <summary>The body of a request as it is sent.</summary>
    public static byte[] Emit(IRequestBody body)
    {
        var buffer = new MessageBuffer();
        body.Write(buffer);
        return buffer.Written.ToArray();
    }
}
