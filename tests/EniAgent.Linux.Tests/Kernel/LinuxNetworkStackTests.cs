using System.Diagnostics;
using EniAgent.Core.Addressing;

namespace EniAgent.Linux.Tests.Kernel;

[Trait("Needs", "root")]
public class LinuxNetworkStackTests
{
    [Fact]
    public void A_gateway_that_answers_resolves() => Bed.Run(bed =>
    {
        // The far end of eth0 goes to a namespace of its own, where it has the gateway's address.
        using var far = Process.Start(new ProcessStartInfo("unshare", "-n sleep 600"))!;
        try
        {
            SpinWait.SpinUntil(() => Namespace($"{far.Id}") != Namespace("thread-self"), TimeSpan.FromSeconds(20));
            Bed.Ip($"link set far0 netns {far.Id}");
            foreach (var command in new[] { "address add 10.0.0.1/24 dev far0", "link set far0 up" })
            {
                using var process = Process.Start("nsenter", $"-t {far.Id} -n ip {command}");
                process.WaitForExit();
                Assert.Equal(0, process.ExitCode);
            }

            Assert.True(Resolves(bed, "10.0.0.1", TimeSpan.FromSeconds(20)));
        }
        finally
        {
            far.Kill();
            far.WaitForExit();
        }
    });

    [Fact]
    public void A_gateway_that_does_not_answer_does_not_resolve_and_giving_up_is_no_failure() => Bed.Run(bed =>
        Assert.False(Resolves(bed, "10.0.0.1", TimeSpan.FromMilliseconds(100))));

    private static string? Namespace(string process) => new FileInfo($"/proc/{process}/ns/net").LinkTarget;

    private static bool Resolves(Bed bed, string address, TimeSpan patience)
    {
        using var giveUp = new CancellationTokenSource(patience);
        return bed.Stack.ResolvesAsync(bed.Eth0.Index, IpAddress.Parse(address), giveUp.Token).GetAwaiter().GetResult();
    }
}
