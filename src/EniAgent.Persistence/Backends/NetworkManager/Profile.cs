using EniAgent.Core.Addressing;

namespace EniAgent.Persistence.Backends.NetworkManager;

/// <summary>A profile of NetworkManager's (nm-settings-keyfile(5)): which NICs it is for.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Text">Its text.</param>
internal sealed record Profile(string Path, string Text)
{
    private const string Multiple = "2";

    /// <summary>Its lines.</summary>
    public IReadOnlyList<IniLine> Lines { get; } = IniText.Lines(Text);

    /// <summary>Its UUID; null where it has none: NetworkManager then makes one of the path.</summary>
    public string? Uuid => Lines.ValueOf("connection", "uuid");

    /// <summary>Whether it can only be this NIC's: it says its name or its MAC.</summary>
    public bool IsOnlyFor(string nic, MacAddress mac) => Lines.ValueOf("connection", "interface-name") == nic || (MacAddress.TryParse(Mac, out var its) && its == mac);

    /// <summary>Whether it says another NIC's name or MAC: one that is up with it was, before somebody changed the file.</summary>
    public bool IsForAnother(string nic, MacAddress mac) =>
        (Lines.ValueOf("connection", "interface-name") is { } name && name != nic) || (MacAddress.TryParse(Mac, out var its) && its != mac);

    /// <summary>Whether it may bring up several NICs at a time.</summary>
    public bool IsForSeveral => Lines.ValueOf("connection", "multi-connect") is { } value && string.CompareOrdinal(value, Multiple) >= 0;

    /// <summary>Whether it is for this NIC, as far as it can be told without asking NetworkManager.</summary>
    public bool IsMadeFor(string nic, MacAddress mac) =>
        Lines.ValueOf("connection", "type") is "ethernet" or "802-3-ethernet" && Lines.ValueOf("connection", "autoconnect") is not ("false" or "no" or "0")
        && IsOnlyFor(nic, mac) && (Mac is null || (MacAddress.TryParse(Mac, out var its) && its == mac));

    private string? Mac => Lines.ValueOf("ethernet", "mac-address") ?? Lines.ValueOf("802-3-ethernet", "mac-address");
}
