namespace EniAgent.Core.Addressing;

/// <summary>The address family of an address, prefix, route or rule; the numbers are the kernel's AF_INET and AF_INET6 (linux/socket.h).</summary>
public enum AddressFamily : byte
{
    /// <summary>No address at all: the default value.</summary>
    None = 0,

    /// <summary>AF_INET.</summary>
    IPv4 = 2,

    /// <summary>AF_INET6.</summary>
    IPv6 = 10,
}
