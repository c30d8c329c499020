namespace EniAgent.Simulator;

/// <summary>How an attachment unfolds. Both sides start at once; each delay counts from the step before it on its side.</summary>
public sealed record AttachOptions
{
    /// <summary>NIC and metadata at once.</summary>
    public static AttachOptions AtOnce { get; } = new();

    /// <summary>Before the NIC appears.</summary>
    public TimeSpan NicDelay { get; init; }

    /// <summary>Before the MAC is listed.</summary>
    public TimeSpan MetadataDelay { get; init; }

    /// <summary>Between the MAC and its addresses.</summary>
    public TimeSpan AddressesDelay { get; init; }

    /// <summary>Between the addresses and their mask and gateway.</summary>
    public TimeSpan DetailsDelay { get; init; }

    /// <summary>The NIC's name; null for the first free ethN.</summary>
    public string? NicName { get; init; }

    /// <summary>The NIC's MTU.</summary>
    public int Mtu { get; init; } = 1500;
}
