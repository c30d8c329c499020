using System.Globalization;

namespace EniAgent.Netlink;

/// <summary>The kernel refused an operation, or could not be asked.</summary>
public class NetlinkException : Exception
{
    /// <summary>Describes a refused operation.</summary>
    /// <param name="operation">What was asked, such as <c>RTM_NEWADDR</c> or <c>open socket</c>.</param>
    /// <param name="errno">The positive error number, see <see cref="Netlink.Errno"/>.</param>
    /// <param name="kernelMessage">What the kernel said beyond the number (extended acknowledgements, 4.12).</param>
    /// <param name="offset">The byte of the request, from its header on, that the kernel objects to; 0 where it does not say.</param>
    /// <param name="sequence">The sequence number of the request; 0 where there was none.</param>
    public NetlinkException(string operation, int errno, string? kernelMessage = null, int offset = 0, uint sequence = 0)
        : base(Format(operation, errno, kernelMessage, offset, sequence))
    {
        Operation = operation;
        Errno = errno;
        KernelMessage = kernelMessage;
        Offset = offset;
        Sequence = sequence;
    }

    /// <summary>What was asked.</summary>
    public string Operation { get; }

    /// <summary>The positive error number.</summary>
    public int Errno { get; }

    /// <summary>What the kernel said beyond the number, if it did.</summary>
    public string? KernelMessage { get; }

    /// <summary>The byte of the request that the kernel objects to; 0 where it does not say.</summary>
    public int Offset { get; }

    /// <summary>The sequence number of the request; 0 where there was none.</summary>
    public uint Sequence { get; }

    private static string Format(string operation, int errno, string? kernelMessage, int offset, uint sequence)
    {
        string text = $"{operation}: {Netlink.Errno.Describe(errno)}";
        if (!string.IsNullOrEmpty(kernelMessage))
        {
            text += $": {kernelMessage}";
        }

        if (offset != 0)
        {
            text += string.Create(CultureInfo.InvariantCulture, $", at byte {offset} of the request");
        }

        return sequence == 0 ? text : text + string.Create(CultureInfo.InvariantCulture, $" [sequence {sequence}]");
    }
}
