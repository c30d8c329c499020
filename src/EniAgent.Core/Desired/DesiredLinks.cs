namespace EniAgent.Core.Desired;

/// <summary>Links: up, and in our group while the group rule needs it.</summary>
internal static class DesiredLinks
{
    public static IReadOnlyList<DesiredLink> Of(DesiredContext context)
    {
        var ours = context.Network.LinkGroup;
        var managed = context.Managed.Select(eni => eni.Link.Index).ToHashSet();

        // The rules of an ENI of which nothing is known stay, and they rest on the group.
        var mayLeave = !context.Input.Belief.HoldsUnknown;
        return [.. context.Nics.Select(link =>
        {
            var isMember = context.Mode == RoutingMode.Group && context.Members.Contains(link.Index);
            var group = isMember ? ours : link.Group == ours && mayLeave ? 0 : link.Group;
            return new DesiredLink(link.Mac, link, managed.Contains(link.Index), group);
        })];
    }
}
