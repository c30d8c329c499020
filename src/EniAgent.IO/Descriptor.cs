using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace EniAgent.IO;

/// <summary>A descriptor of ours, closed once nobody uses it any more.</summary>
public sealed class Descriptor : SafeHandleMinusOneIsInvalid
{
    /// <summary>Takes one that is open.</summary>
    /// <param name="number">Its number.</param>
    public Descriptor(int number)
        : base(ownsHandle: true) => SetHandle(number);

    /// <summary>Its number, good for as long as it is not closed.</summary>
    public int Number => (int)handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => LibC.close(Number) == 0;
}
