using EniAgent.Core.Addressing;
using EniAgent.Persistence.Model;

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

    /// <summary>Whether it can only be this ENI's: it names the NIC or the MAC.</summary>
    public bool IsOnlyFor(BootEni eni) => NamesInterface(eni) || MacAddress.TryParse(Mac, out var mac) && mac == eni.Mac;

    /// <summary>Whether it may bring up several NICs at a time.</summary>
    public bool IsForSeveral => Lines.ValueOf("connection", "multi-connect") is { } value && string.CompareOrdinal(value, Multiple) >= 0;

    /// <summary>Whether it is for this ENI, as far as it can be told without asking NetworkManager.</summary>
    public bool IsMadeFor(BootEni eni) =>
        Lines.ValueOf("connection", "type") is "ethernet" or "802-3-ethernet" && Lines.ValueOf("connection", "autoconnect") is not ("false" or "no" or "0")
        && IsOnlyFor(eni) && (Mac is null || (MacAddress.TryParse(Mac, out var mac) && mac == eni.Mac));

    private string? Mac => Lines.ValueOf("ethernet", "mac-address") ?? Lines.ValueOf("802-3-ethernet", "mac-address");

    private bool NamesInterface(BootEni eni) => Lines.ValueOf("connection", "interface-name") == eni.Interface;
}
