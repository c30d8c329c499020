using EniAgent.Core.Kernel;
using EniAgent.Core.Planning;

namespace EniAgent.Core.Tests.Fakes;

internal sealed partial class FakeKernel
{
    /// <summary>The whole state, a line an object in the words of <c>ip</c>, sorted; <see cref="IpWords"/> reads it.</summary>
    public IReadOnlyList<string> Print() => Locked<IReadOnlyList<string>>(() =>
    [
        .. _links.Select(IpWords.Of)
            .Concat(_addresses.Select(a => IpWords.Of(a.Value, NameOf)))
            .Concat(_routes.Select(r => IpWords.Of(r, NameOf)))
            .Concat(_rules.Select(IpWords.Of))
            .Concat(_sysctls.Select(s => $"sysctl {s.Key} {s.Value}"))
            .Order(StringComparer.Ordinal),
    ]);

    /// <summary>
    /// The state without what the kernel makes of the order in which addresses came: which of a subnet's addresses its own prefix route prefers, and with
    /// which of their metrics.
    /// </summary>
    public IReadOnlyList<string> PrintBasics() => Locked<IReadOnlyList<string>>(() =>
    [
        .. _links.Select(IpWords.Of)
            .Concat(_addresses.Select(a => IpWords.Of(a.Value, NameOf)))
            .Concat(_routes.Select(r => r.Protocol == Route.KernelProtocol ? $"route {r.Destination} dev {NameOf(r.LinkIndex)} proto kernel" : IpWords.Of(r, NameOf)))
            .Concat(_rules.Select(IpWords.Of))
            .Concat(_sysctls.Select(s => $"sysctl {s.Key} {s.Value}"))
            .Distinct().Order(StringComparer.Ordinal),
    ]);
}
