namespace EniAgent.Netlink;

/// <summary>A range of user ids or ports, both ends included.</summary>
/// <param name="First">The first.</param>
/// <param name="Last">The last.</param>
public readonly record struct RuleRange(uint First, uint Last);
