using Tmds.Linux;

namespace EniAgent.Startup;

/// <summary>
/// Standard input, output and error, which a program may be started without: the next file that is opened takes a number that is free, and what is meant for people would be
/// written into it.
/// </summary>
internal static unsafe class StandardDescriptors
{
    private const int Output = 1, Error = 2;

    /// <summary>Makes sure that what is written to output and error goes where it was meant to go, or nowhere. To be called before anything is opened.</summary>
    public static void Secure()
    {
        var spare = Nowhere();
        while (spare is >= 0 and <= Error)
        {
            spare = Nowhere();
        }

        _ = LibC.close(spare);
        if (IsOurs(Output))
        {
            Console.SetOut(TextWriter.Null);
        }

        if (IsOurs(Error))
        {
            Console.SetError(TextWriter.Null);
        }
    }

    // The runtime opens files before it calls us. What was handed down has come through execve(2); all that is opened here would not.
    private static bool IsOurs(int descriptor) => (LibC.fcntl(descriptor, LibC.F_GETFD, 0) & LibC.FD_CLOEXEC) != 0;

    private static int Nowhere()
    {
        fixed (byte* path = "/dev/null\0"u8)
        {
            return LibC.open(path, LibC.O_RDWR);
        }
    }
}
