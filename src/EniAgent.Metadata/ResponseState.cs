namespace EniAgent.Metadata;

/// <summary>How far a response has come.</summary>
internal enum ResponseState
{
    /// <summary>More bytes are needed.</summary>
    Reading,

    /// <summary>It is whole.</summary>
    Complete,

    /// <summary>The connection ended before a single byte came.</summary>
    Nothing,

    /// <summary>The connection ended, or the chunks came apart, before the end: asking again may help.</summary>
    HalfWritten,

    /// <summary>What came is no response of HTTP/1, or contradicts itself about its end.</summary>
    NotHttp,

    /// <summary>The body is, or is going to be, longer than <see cref="ResponseReader.MaxBody"/>.</summary>
    TooLong,
}
