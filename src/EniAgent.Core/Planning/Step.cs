using EniAgent.Core.Addressing;
using EniAgent.Core.Kernel;

namespace EniAgent.Core.Planning;

/// <summary>The order in which steps are carried out: rules stand before the addresses whose traffic they direct, everything new before anything old goes.</summary>
public enum StepPhase
{
    /// <summary>Settings and link groups.</summary>
    Settings,

    /// <summary>Links up.</summary>
    Links,

    /// <summary>On-link routes of the ENIs' tables.</summary>
    TableLinkRoutes,

    /// <summary>The other routes of the ENIs' tables.</summary>
    TableRoutes,

    /// <summary>The rule that lets main answer first; the others rely on it.</summary>
    FirstRules,

    /// <summary>The other rules.</summary>
    Rules,

    /// <summary>Addresses.</summary>
    Addresses,

    /// <summary>Routes of main, new and changed ones.</summary>
    MainRoutes,

    /// <summary>Routes of main that go: while the addresses that they rest on are still there.</summary>
    MainRouteRemoval,

    /// <summary>Addresses that go.</summary>
    AddressRemoval,

    /// <summary>Rules that go.</summary>
    RuleRemoval,

    /// <summary>Routes of the ENIs' tables that go.</summary>
    RouteRemoval,

    /// <summary>Settings that get their former value back.</summary>
    Restoration,
}

/// <summary>One change to the kernel, with its inverse.</summary>
public abstract record Step
{
    private protected Step()
    {
    }

    /// <summary>The ENI whose step it is; null for one that serves all.</summary>
    public MacAddress? Eni { get; init; }

    /// <summary>Why, in a few words, for people.</summary>
    public string Reason { get; init; } = "";

    /// <summary>When it is its turn.</summary>
    public required StepPhase Phase { get; init; }

    /// <summary>The step that takes this one back.</summary>
    public abstract Step Inverse { get; }

    /// <summary>The sign in a plan: '+' adds, '-' removes, '~' changes.</summary>
    public abstract char Sign { get; }

    /// <summary>The step as a plan prints it, with links by their index: what the compiler would generate prints the inverse, whose inverse is this step again.</summary>
    public sealed override string ToString() => $"{Sign} {StepText.Of(this, index => $"#{index}")}";
}

/// <summary>Brings a link up, or (as an inverse only) down.</summary>
/// <param name="Link">The link as observed.</param>
/// <param name="Up">Whether up.</param>
public sealed record SetLinkUp(Link Link, bool Up) : Step
{
    /// <inheritdoc/>
    public override Step Inverse => this with { Up = !Up };

    /// <inheritdoc/>
    public override char Sign => '~';
}

/// <summary>Puts a link into a group.</summary>
/// <param name="Link">The link as observed.</param>
/// <param name="From">The group it is in.</param>
/// <param name="To">The group it is to be in.</param>
public sealed record SetLinkGroup(Link Link, uint From, uint To) : Step
{
    /// <inheritdoc/>
    public override Step Inverse => this with { From = To, To = From };

    /// <inheritdoc/>
    public override char Sign => '~';
}

/// <summary>Changes a setting.</summary>
/// <param name="Key">The setting.</param>
/// <param name="From">Its value.</param>
/// <param name="To">Its value to be.</param>
/// <param name="Restores">True when this gives the former value back, after which it is not ours any more.</param>
public sealed record SetSysctl(SysctlKey Key, int From, int To, bool Restores) : Step
{
    /// <inheritdoc/>
    public override Step Inverse => this with { From = To, To = From, Restores = !Restores };

    /// <inheritdoc/>
    public override char Sign => '~';
}

/// <summary>Adds an address.</summary>
/// <param name="Address">The address.</param>
public sealed record AddAddress(LinkAddress Address) : Step
{
    /// <inheritdoc/>
    public override Step Inverse => new DeleteAddress(Address) { Eni = Eni, Reason = Reason, Phase = StepPhase.AddressRemoval };

    /// <inheritdoc/>
    public override char Sign => '+';
}

/// <summary>Deletes an address.</summary>
/// <param name="Address">The address.</param>
public sealed record DeleteAddress(LinkAddress Address) : Step
{
    /// <inheritdoc/>
    public override Step Inverse => new AddAddress(Address) { Eni = Eni, Reason = Reason, Phase = StepPhase.Addresses };

    /// <inheritdoc/>
    public override char Sign => '-';
}

/// <summary>Adds a route.</summary>
/// <param name="Route">The route.</param>
public sealed record AddRoute(Route Route) : Step
{
    /// <inheritdoc/>
    public override Step Inverse => new DeleteRoute(Route) { Eni = Eni, Reason = Reason, Phase = StepPhase.RouteRemoval };

    /// <inheritdoc/>
    public override char Sign => '+';
}

/// <summary>Deletes a route.</summary>
/// <param name="Route">The route.</param>
public sealed record DeleteRoute(Route Route) : Step
{
    /// <inheritdoc/>
    public override Step Inverse => new AddRoute(Route)
    {
        Eni = Eni,
        Reason = Reason,
        Phase = Route.Table == Route.MainTable ? StepPhase.MainRoutes : Route.Gateway.IsNone ? StepPhase.TableLinkRoutes : StepPhase.TableRoutes,
    };

    /// <inheritdoc/>
    public override char Sign => '-';
}

/// <summary>Puts one route in the place of another with the same destination, table and metric, in one go: at no moment is there none.</summary>
/// <param name="Old">The route as it is.</param>
/// <param name="New">The route as it is to be.</param>
public sealed record ReplaceRoute(Route Old, Route New) : Step
{
    /// <inheritdoc/>
    public override Step Inverse => this with { Old = New, New = Old };

    /// <inheritdoc/>
    public override char Sign => '~';
}

/// <summary>Adds a rule.</summary>
/// <param name="Rule">The rule.</param>
public sealed record AddRule(Rule Rule) : Step
{
    /// <inheritdoc/>
    public override Step Inverse => new DeleteRule(Rule) { Eni = Eni, Reason = Reason, Phase = StepPhase.RuleRemoval };

    /// <inheritdoc/>
    public override char Sign => '+';
}

/// <summary>Deletes a rule.</summary>
/// <param name="Rule">The rule.</param>
public sealed record DeleteRule(Rule Rule) : Step
{
    /// <inheritdoc/>
    public override Step Inverse => new AddRule(Rule) { Eni = Eni, Reason = Reason, Phase = StepPhase.Rules };

    /// <inheritdoc/>
    public override char Sign => '-';
}
