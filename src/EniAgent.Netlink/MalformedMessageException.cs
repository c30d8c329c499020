namespace EniAgent.Netlink;

/// <summary>Bytes that are not a netlink message: a length field that contradicts what is there. Its errno is EBADMSG.</summary>
public sealed class MalformedMessageException : NetlinkException
{
    /// <summary>Describes the malformed part.</summary>
    /// <param name="part">What was being read, such as <c>rtmsg</c> or <c>attribute 4</c>.</param>
    /// <param name="problem">What is wrong with it.</param>
    public MalformedMessageException(string part, string problem)
        : base($"read {part}", Netlink.Errno.EBADMSG, problem)
    {
    }
}
