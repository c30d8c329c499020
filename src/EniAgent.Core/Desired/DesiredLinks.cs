namespace EniAgent.Core.Desired;

/// <summary>Links: up, and in our group while the group rule needs it.</summary>
internal static class DesiredLinks
{
    public static IReadOnlyList<DesiredLink> Of(DesiredContext context)
    {
        var ours = context.Network.LinkGroup;
        var managed = context.Managed.ToDictionary(eni => eni.Link.Index);
        return [.. context.Observed.Links.Select(link =>
        {
            var isManaged = managed.ContainsKey(link.Index);
            var group = isManaged && context.Mode == RoutingMode.Group ? ours : link.Group == ours ? 0 : link.Group;
            return new DesiredLink(link.Mac, link, isManaged, group);
        })];
    }
}
