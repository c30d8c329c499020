using EniAgent.Core.Addressing;
using EniAgent.Core.Wording;

namespace EniAgent.Core.Planning;

/// <summary>What is in the way of what.</summary>
internal static class ConflictWords
{
    public static Sentence WouldBeLost(string route, InterfaceAddress address) => new(
        $"route {route} would be lost if {address} were added anew to change its prefix route", $"要改变 {address} 的子网路由需重新添加该 IP，而这会丢失路由 {route}");

    public static Sentence OtherLength(InterfaceAddress standing, string link, InterfaceAddress wanted) => new(
        $"{standing} stands on {link} with another prefix length than the subnet's ({wanted})", $"{link} 上的 {standing} 前缀长度与子网不符（应为 {wanted}）");

    public static Sentence InTheWay(string route, string wanted) => new($"route {route} is in the way of {wanted}", $"路由 {route} 占用了 {wanted} 的位置");
}
