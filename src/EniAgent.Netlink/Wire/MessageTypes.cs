using System.Globalization;

namespace EniAgent.Netlink;

/// <summary>The names of message types, for errors.</summary>
internal static class MessageTypes
{
    public static string NameOf(ushort type) => type switch
    {
        RTM_NEWLINK => nameof(RTM_NEWLINK),
        RTM_DELLINK => nameof(RTM_DELLINK),
        RTM_GETLINK => nameof(RTM_GETLINK),
        RTM_SETLINK => nameof(RTM_SETLINK),
        RTM_NEWADDR => nameof(RTM_NEWADDR),
        RTM_DELADDR => nameof(RTM_DELADDR),
        RTM_GETADDR => nameof(RTM_GETADDR),
        RTM_NEWROUTE => nameof(RTM_NEWROUTE),
        RTM_DELROUTE => nameof(RTM_DELROUTE),
        RTM_GETROUTE => nameof(RTM_GETROUTE),
        RTM_NEWNEIGH => nameof(RTM_NEWNEIGH),
        RTM_DELNEIGH => nameof(RTM_DELNEIGH),
        RTM_GETNEIGH => nameof(RTM_GETNEIGH),
        RTM_NEWRULE => nameof(RTM_NEWRULE),
        RTM_DELRULE => nameof(RTM_DELRULE),
        RTM_GETRULE => nameof(RTM_GETRULE),
        RTM_GETNETCONF => nameof(RTM_GETNETCONF),
        _ => string.Create(CultureInfo.InvariantCulture, $"message type {type}"),
    };
}
