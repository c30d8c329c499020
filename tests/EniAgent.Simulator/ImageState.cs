namespace EniAgent.Simulator;

/// <summary>What the guest's image configured on the primary NIC before any agent ran.</summary>
public sealed record ImageState
{
    /// <summary>Link up, address and default route as a DHCP client leaves them.</summary>
    public static ImageState Dhcp { get; } = new() { RouteProtocol = "dhcp", RouteMetric = 100 };

    /// <summary>Link up, address and default route as static files leave them.</summary>
    public static ImageState Static { get; } = new();

    /// <summary>A NIC that is down, and nothing else.</summary>
    public static ImageState Nothing { get; } = new() { LinkUp = false, Address = false, DefaultRoute = false };

    /// <summary>Whether the link is up.</summary>
    public bool LinkUp { get; init; } = true;

    /// <summary>Whether the primary address is there.</summary>
    public bool Address { get; init; } = true;

    /// <summary>Whether the default route is there.</summary>
    public bool DefaultRoute { get; init; } = true;

    /// <summary>The default route's protocol in the words of <c>ip</c>; null for <c>boot</c>.</summary>
    public string? RouteProtocol { get; init; }

    /// <summary>The default route's metric; null for none.</summary>
    public int? RouteMetric { get; init; }
}
