using System.Runtime.InteropServices;

namespace EniAgent.Netlink;

/// <summary>The error numbers that rtnetlink answers with (asm-generic/errno.h), with the kernel's names.</summary>
public static class Errno
{
    /// <summary>Operation not permitted: CAP_NET_ADMIN is missing.</summary>
    public const int EPERM = 1;

    /// <summary>No such file: a table that does not exist, a rule that is not there.</summary>
    public const int ENOENT = 2;

    /// <summary>No such process: a route that is not there.</summary>
    public const int ESRCH = 3;

    /// <summary>Interrupted system call.</summary>
    public const int EINTR = 4;

    /// <summary>No such device or address.</summary>
    public const int ENXIO = 6;

    /// <summary>Try again; of a dump: it kept changing while it was read.</summary>
    public const int EAGAIN = 11;

    /// <summary>Out of memory.</summary>
    public const int ENOMEM = 12;

    /// <summary>Permission denied; of a lookup: a prohibit route or rule.</summary>
    public const int EACCES = 13;

    /// <summary>Device or resource busy.</summary>
    public const int EBUSY = 16;

    /// <summary>The object is already there.</summary>
    public const int EEXIST = 17;

    /// <summary>No such device.</summary>
    public const int ENODEV = 19;

    /// <summary>Invalid argument.</summary>
    public const int EINVAL = 22;

    /// <summary>Result out of range.</summary>
    public const int ERANGE = 34;

    /// <summary>System call not implemented.</summary>
    public const int ENOSYS = 38;

    /// <summary>A message that does not keep to its own format.</summary>
    public const int EBADMSG = 74;

    /// <summary>Message too long.</summary>
    public const int EMSGSIZE = 90;

    /// <summary>Protocol not available.</summary>
    public const int ENOPROTOOPT = 92;

    /// <summary>Not supported.</summary>
    public const int EOPNOTSUPP = 95;

    /// <summary>Address family not supported.</summary>
    public const int EAFNOSUPPORT = 97;

    /// <summary>The address is already in use.</summary>
    public const int EADDRINUSE = 98;

    /// <summary>The address is not there.</summary>
    public const int EADDRNOTAVAIL = 99;

    /// <summary>The link is down.</summary>
    public const int ENETDOWN = 100;

    /// <summary>Network unreachable: no route, or a gateway that no prefix covers.</summary>
    public const int ENETUNREACH = 101;

    /// <summary>The receive buffer overflowed and answers were lost.</summary>
    public const int ENOBUFS = 105;

    /// <summary>No answer in time.</summary>
    public const int ETIMEDOUT = 110;

    /// <summary>Host unreachable.</summary>
    public const int EHOSTUNREACH = 113;

    /// <summary>Says an error number for people: <c>File exists (EEXIST)</c>.</summary>
    public static string Describe(int errno)
    {
        string name = errno switch
        {
            EPERM => nameof(EPERM),
            ENOENT => nameof(ENOENT),
            ESRCH => nameof(ESRCH),
            EINTR => nameof(EINTR),
            ENXIO => nameof(ENXIO),
            EAGAIN => nameof(EAGAIN),
            ENOMEM => nameof(ENOMEM),
            EACCES => nameof(EACCES),
            EBUSY => nameof(EBUSY),
            EEXIST => nameof(EEXIST),
            ENODEV => nameof(ENODEV),
            EINVAL => nameof(EINVAL),
            ERANGE => nameof(ERANGE),
            ENOSYS => nameof(ENOSYS),
            EBADMSG => nameof(EBADMSG),
            EMSGSIZE => nameof(EMSGSIZE),
            ENOPROTOOPT => nameof(ENOPROTOOPT),
            EOPNOTSUPP => nameof(EOPNOTSUPP),
            EAFNOSUPPORT => nameof(EAFNOSUPPORT),
            EADDRINUSE => nameof(EADDRINUSE),
            EADDRNOTAVAIL => nameof(EADDRNOTAVAIL),
            ENETDOWN => nameof(ENETDOWN),
            ENETUNREACH => nameof(ENETUNREACH),
            ENOBUFS => nameof(ENOBUFS),
            ETIMEDOUT => nameof(ETIMEDOUT),
            EHOSTUNREACH => nameof(EHOSTUNREACH),
            _ => $"errno {errno}",
        };
        return $"{Marshal.GetPInvokeErrorMessage(errno)} ({name})";
    }
}
