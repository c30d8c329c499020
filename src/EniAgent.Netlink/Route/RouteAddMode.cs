namespace EniAgent.Netlink;

/// <summary>What adding a route does when one with the same destination, TOS and metric is already in the table.</summary>
public enum RouteAddMode
{
    /// <summary>It fails with EEXIST.</summary>
    CreateExclusive,

    /// <summary>It takes the other's place.</summary>
    Replace,

    /// <summary>It stands behind the other.</summary>
    Append,
}
