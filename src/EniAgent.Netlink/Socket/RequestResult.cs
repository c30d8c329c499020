namespace EniAgent.Netlink;

/// <summary>The kernel's answer to one request of a batch.</summary>
/// <param name="Errno">0, or the positive error number; see <see cref="RouteSocket.Execute(RequestBatch)"/> for ENOBUFS and ETIMEDOUT.</param>
/// <param name="Message">What the kernel said beyond the number (4.12).</param>
/// <param name="Offset">The byte of the request that the kernel objects to; 0 where it does not say.</param>
public readonly record struct RequestResult(int Errno, string? Message, int Offset)
{
    /// <summary>Whether the request was carried out.</summary>
    public bool IsSuccess => Errno == 0;

    /// <summary>The failure as an exception.</summary>
    /// <param name="operation">What was asked, see <see cref="RequestBatch.OperationAt"/>.</param>
    public NetlinkException ToException(string operation) => new(operation, Errno, Message, Offset);
}
