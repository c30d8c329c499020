using EniAgent.Core.Addressing;

namespace EniAgent.Core.Options;

/// <summary>How the configuration names an ENI: by its MAC, its interface's name, or its subnet.</summary>
public sealed record EniSelector
{
    private EniSelector()
    {
    }

    /// <summary>The MAC, where the selector is one.</summary>
    public MacAddress? Mac { get; private init; }

    /// <summary>The subnet, where the selector is one.</summary>
    public IpPrefix? Subnet { get; private init; }

    /// <summary>The interface's name, where the selector is one.</summary>
    public string? Interface { get; private init; }

    /// <summary>Parses a MAC, a prefix, or else an interface name that the kernel would accept (dev_valid_name(): 1 to 15 bytes, no '/', ':' or white space).</summary>
    public static bool TryParse(string text, out EniSelector? selector)
    {
        selector = null;
        if (MacAddress.TryParse(text, out var mac))
        {
            selector = new EniSelector { Mac = mac };
        }
        else if (IpPrefix.TryParse(text, out var subnet))
        {
            selector = new EniSelector { Subnet = subnet };
        }
        else if (text.Length is > 0 and < 16 && text is not "." and not ".." && !text.Any(c => c is '/' or ':' || char.IsWhiteSpace(c) || char.IsControl(c) || c > 0x7e))
        {
            selector = new EniSelector { Interface = text };
        }

        return selector is not null;
    }

    /// <summary>Whether the selector means the ENI with these properties.</summary>
    public bool Matches(MacAddress mac, IpPrefix subnet, string? interfaceName) =>
        Mac is not null ? Mac == mac : Subnet is not null ? Subnet == subnet : Interface == interfaceName;

    /// <summary>The selector as it was written.</summary>
    public override string ToString() => Mac?.ToString() ?? Subnet?.ToString() ?? Interface ?? "";
}
