namespace EniAgent.Netlink;

/// <summary>Objects as the bytes of a message's payload, which their <c>Parse</c> reads again.</summary>
public static class MessageBytes
{
    /// <summary>An address: struct ifaddrmsg and its attributes.</summary>
    public static byte[] Of(AddressMessage address) => Write(address);

    /// <summary>A route: struct rtmsg and its attributes.</summary>
    public static byte[] Of(RouteMessage route) => Write(route);

    /// <summary>A rule: struct fib_rule_hdr and its attributes.</summary>
    public static byte[] Of(RuleMessage rule) => Write(rule);

    private static byte[] Write(IRequestBody body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var buffer = new MessageBuffer();
        body.Write(buffer);
        return buffer.Written.ToArray();
    }
}
