using EniAgent.Persistence.Backends.NetworkManager;

namespace EniAgent.Persistence.Tests.Backends;

/// <summary>What is taken out of a profile that somebody has changed since it was edited: only what the agent has put in.</summary>
public class NetworkManagerUndoTests
{
    [Theory]
    [InlineData(
        "route1=192.168.0.0/16,10.0.1.1,0|route1_options=table=254",
        "route1=192.168.0.0/16,10.0.1.1,0|route1_options=table=254|route31000=192.168.0.0/16,10.0.1.1,0|route31000_options=table=254",
        "dns=9|route1=192.168.0.0/16,10.0.1.1,0|route1_options=table=254|route2=192.168.0.0/16,10.0.1.1,0|route2_options=table=254",
        "dns=9|route1=192.168.0.0/16,10.0.1.1,0|route1_options=table=254")]
    [InlineData("address1=10.0.1.10/24", "address1=10.0.1.20/24", "dns=9|address1=10.0.1.10/24", "dns=9|address1=10.0.1.10/24")]
    [InlineData("gateway=10.0.1.1", "gateway=10.0.1.9", "gateway=10.0.1.254", "gateway=10.0.1.254")]
    [InlineData("address1=10.0.1.10/24|address2=10.0.1.9/24", "address1=10.0.1.10/24", "address1=10.0.1.10/24|address2=10.0.1.77/24", "address1=10.0.1.10/24|address2=10.0.1.77/24|address3=10.0.1.9/24")]
    public void What_the_administrator_says_stays(string original, string edited, string current, string expected) =>
        Assert.Equal(Profile(expected), new NetworkManagerRenderer().Undo(Profile(current), Profile(original), Profile(edited)));

    private static string Profile(string lines) => "[ipv4]\n" + lines.Replace('|', '\n') + "\n";
}
