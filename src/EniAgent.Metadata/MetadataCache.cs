using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EniAgent.Metadata;

/// <summary>
/// What a metadata client knows, to be taken over by the next process of the same boot: with it, a quiet machine costs a few requests and not
/// a whole cold read. The documents are kept as the service gave them and are validated again whenever they are used.
/// </summary>
/// <param name="Version">The version of this format: <see cref="CurrentVersion"/>.</param>
/// <param name="Endpoint">The service that gave the documents, as ADDRESS:PORT.</param>
/// <param name="Documents">The documents by path relative to /latest/meta-data/.</param>
public sealed record MetadataCache(int Version, string Endpoint, IReadOnlyDictionary<string, CachedDocument> Documents)
{
    /// <summary>The version that this program writes, and the newest that it reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The state as JSON.</summary>
    public string Serialize() => JsonSerializer.Serialize(this, MetadataCacheJson.Default.MetadataCache);

    /// <summary>Reads what <see cref="Serialize"/> wrote.</summary>
    /// <param name="utf8">The JSON.</param>
    /// <param name="cache">The state.</param>
    /// <param name="error">Why there is none.</param>
    /// <returns>False when the text is damaged or of a newer version.</returns>
    public static bool TryDeserialize(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out MetadataCache? cache, [NotNullWhen(false)] out string? error)
    {
        cache = null;
        try
        {
            var read = JsonSerializer.Deserialize(utf8, MetadataCacheJson.Default.MetadataCache);
            error = read switch
            {
                null => "it is empty",
                { Version: < 1 or > CurrentVersion } => $"it is of version {read.Version}, and this program knows {CurrentVersion}",
                _ when read.Documents.Values.Any(static document => document is null) => "a document is null",
                _ => null,
            };
            cache = error is null ? read : null;
            return cache is not null;
        }
        catch (JsonException e)
        {
            error = e.Message;
            return false;
        }
    }
}

/// <summary>One remembered document.</summary>
/// <param name="Text">Its text; null when the service said that there is none.</param>
/// <param name="CheckedAt">When the service last said so.</param>
public sealed record CachedDocument(string? Text, DateTimeOffset CheckedAt);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(MetadataCache))]
internal sealed partial class MetadataCacheJson : JsonSerializerContext;
