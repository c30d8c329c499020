namespace EniAgent.Simulator;

/// <summary>A virtual machine as a guest of the VPC: its NICs are taps in the fabric's namespace.</summary>
public interface IMachine
{
    /// <summary>Gives it a NIC; before it runs, one that is there when it starts.</summary>
    /// <param name="tap">The tap device.</param>
    /// <param name="mac">The NIC's MAC.</param>
    Task PlugAsync(string tap, string mac);

    /// <summary>Takes a NIC away.</summary>
    Task UnplugAsync(string tap);
}
