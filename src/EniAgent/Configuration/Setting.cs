using System.Text;

namespace EniAgent.Configuration;

/// <summary>A known key's value at one of the places where it is set.</summary>
/// <param name="Section">The kind of section.</param>
/// <param name="Name">The section's name in canonical form; empty where it has none.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">The text; empty for "not set".</param>
/// <param name="Origin">Where it is set.</param>
internal sealed record Setting(ConfigurationSection Section, string Name, ConfigurationKey Key, string Value, Origin Origin)
{
    /// <summary>The key in Microsoft.Extensions.Configuration.</summary>
    public string Path => PathOf(Section, Name, Key);

    /// <summary>The section as its header is written.</summary>
    public string SectionText => Name.Length == 0 ? Section.Kind : $"{Section.Kind} {Name}";

    /// <summary>How errors name it.</summary>
    public string KeyText => $"[{SectionText}] {Key.Name}";

    /// <summary>
    /// <c>Network:RpFilter</c>, or <c>Eni:52%3A54%3A00%3Abf%3Ab3%3A51:Manage</c>: in a section's name every byte but lower-case letters, digits and
    /// "-._/" is percent-encoded, for ':' separates and case does not count there – but it does in an interface's name.
    /// </summary>
    public static string PathOf(ConfigurationSection section, string name, ConfigurationKey key) =>
        name.Length == 0 ? $"{section.Kind}:{key.Name}" : $"{section.Kind}:{Encode(name)}:{key.Name}";

    private static string Encode(string name)
    {
        var encoded = new StringBuilder();
        foreach (var part in Encoding.UTF8.GetBytes(name))
        {
            if (part is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'.' or (byte)'_' or (byte)'/')
            {
                encoded.Append((char)part);
            }
            else
            {
                encoded.Append(System.Globalization.CultureInfo.InvariantCulture, $"%{part:X2}");
            }
        }

        return encoded.ToString();
    }
}
