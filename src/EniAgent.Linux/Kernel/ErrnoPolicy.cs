using EniAgent.Core.Kernel;
using EniAgent.Core.Planning;
using EniAgent.Netlink;

namespace EniAgent.Linux.Kernel;

/// <summary>What an errno means for a step: the one place that decides about tolerance and kinds of failure.</summary>
internal static class ErrnoPolicy
{
    /// <summary>
    /// True when the step's purpose is met all the same: what is to be added is there, what is to be deleted is gone. Whether what is there is right in every
    /// attribute is for the verification by fresh observation to say.
    /// </summary>
    public static bool IsMet(Step step, int errno) => step switch
    {
        AddAddress or AddRoute or AddRule => errno == Errno.EEXIST,
        DeleteAddress => errno is Errno.EADDRNOTAVAIL or Errno.ENODEV,
        DeleteRoute => errno is Errno.ESRCH or Errno.ENODEV,
        DeleteRule => errno is Errno.ENOENT or Errno.ESRCH,
        _ => false,
    };

    /// <summary>The kind of failure that an errno is.</summary>
    public static FailureKind KindOf(int errno) => errno switch
    {
        Errno.EPERM or Errno.EACCES => FailureKind.Denied,
        Errno.EEXIST => FailureKind.Conflict,
        Errno.EOPNOTSUPP or Errno.EAFNOSUPPORT => FailureKind.Unsupported,
        Errno.EINVAL or Errno.ERANGE => FailureKind.Invalid,
        _ => FailureKind.Transient,
    };
}
