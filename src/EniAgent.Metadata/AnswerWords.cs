using System.Net.Sockets;
using EniAgent.Core.Addressing;
using EniAgent.Core.Wording;

namespace EniAgent.Metadata;

/// <summary>What is wrong with what metadata answers, and what was expected.</summary>
internal static class AnswerWords
{
    public static Sentence Id { get; } = new("an id", "ID");

    public static Sentence Mac { get; } = new("the MAC of a NIC", "网卡的 MAC 地址");

    public static Sentence Macs { get; } = new("a list of MACs of NICs", "网卡 MAC 地址列表");

    public static Sentence Address { get; } = new("a unicast address", "单播地址");

    public static Sentence Addresses { get; } = new("a list of unicast addresses", "单播地址列表");

    public static Sentence Mask(int shortest) => new($"a contiguous mask of {shortest} to 32 bits", $"{shortest} 到 32 位的连续子网掩码");

    public static Sentence NoAnswer(string path, TimeSpan timeout) => new($"{path}: no answer within {timeout.TotalSeconds:0.###} s", $"{path}：{timeout.TotalSeconds:0.###} 秒内没有应答");

    public static Sentence NoTimeLeft(string path, TimeSpan limit) => new(
        $"{path}: not answered within the {limit.TotalSeconds:0.###} s that all of metadata may take", $"{path}：未在读取全部元数据的时限 {limit.TotalSeconds:0.###} 秒内应答");

    public static Sentence NoConnection(string path, SocketError error) => new($"{path}: no connection ({error})", $"{path}：无法建立连接（{error}）");

    public static Sentence NotHttp(string path) => new($"{path}: the answer is not HTTP", $"{path}：应答不是 HTTP");

    public static Sentence Nothing(string path) => new($"{path}: the connection ended without an answer", $"{path}：连接已断开，没有应答");

    public static Sentence HalfWritten(string path) => new($"{path}: the answer ended half-written", $"{path}：应答不完整");

    public static Sentence TooLong(string path) => new($"{path} is longer than {ResponseReader.MaxBody / 1024} KiB", $"{path} 超过 {ResponseReader.MaxBody / 1024} KiB");

    public static Sentence Encoded(string path) => new($"{path} is encoded, which was not asked for", $"{path} 的应答经过编码，而请求中并未要求");

    public static Sentence Status(string path, int status) => new($"{path} answered {status}", $"{path} 应答 {status}");

    public static Sentence Markup(string path, string text) => new($"{path} is HTML or XML: {DocumentText.Quote(text)}", $"{path} 是 HTML 或 XML：{DocumentText.Quote(text)}");

    public static Sentence NotUtf8(string path) => new($"{path} is not UTF-8", $"{path} 不是 UTF-8");

    public static Sentence Empty(string path) => new($"{path} is empty", $"{path} 为空");

    public static Sentence Missing(string path) => new($"{path} is missing", $"缺少 {path}");

    public static Sentence Lists(string path, string name, Sentence expected) => new(
        $"{path} lists {DocumentText.Quote(name)}, and is not {expected.English}", $"{path} 中有 {DocumentText.Quote(name)}，不是{expected.Chinese}");

    public static Sentence Is(string path, string text, Sentence expected) => new(
        $"{path} is {DocumentText.Quote(text)}, not {expected.English}", $"{path} 为 {DocumentText.Quote(text)}，不是{expected.Chinese}");

    public static Sentence PrimaryNotListed(MacAddress mac) => new(
        $"{DocumentPath.Enis} does not list the primary ENI {mac}", $"{DocumentPath.Enis} 中没有主网卡 {mac}");

    public static Sentence Outside(string list, IpAddress outside, IpPrefix subnet, IpAddress primary) => new(
        $"{list} lists {outside}, not an address in the subnet {subnet} of {primary}", $"{list} 中的 {outside} 不在 {primary} 所在的子网 {subnet} 内");

    public static Sentence NotListed(string list, IpAddress primary, string document) => new(
        $"{list} does not list {primary}, which {document} says is there", $"{list} 中没有 {primary}，而 {document} 中有");

    public static Sentence ListedTwice(IpAddress address, MacAddress loser, MacAddress keeper) => new(
        $"{address} is listed both for {loser} and for {keeper}, which keeps it", $"{address} 同时列在 {loser} 和 {keeper} 名下，归后者所有");
}
