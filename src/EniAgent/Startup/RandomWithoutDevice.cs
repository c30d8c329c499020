using System.Runtime.InteropServices;

namespace EniAgent.Startup;

/// <summary>
/// Keeps the program alive where there is no /dev/urandom, as in a root that holds nothing but it: libraries ask the runtime for an identifier that need not be
/// secret (<see cref="Guid.NewGuid"/>), and the runtime throws when that device is missing. The linker puts this function in the place of the
/// runtime's own (--wrap in EniAgent.csproj); nothing in this program keeps a secret by random numbers.
/// </summary>
internal static unsafe partial class RandomWithoutDevice
{
    [UnmanagedCallersOnly(EntryPoint = "__wrap_SystemNative_GetCryptographicallySecureRandomBytes")]
    private static int GetBytes(byte* buffer, int length)
    {
        if (RealGetBytes(buffer, length) != 0)
        {
            new Random(Environment.ProcessId ^ Environment.TickCount).NextBytes(new Span<byte>(buffer, length));
        }

        return 0;
    }

    [LibraryImport("libSystem.Native", EntryPoint = "__real_SystemNative_GetCryptographicallySecureRandomBytes")]
    private static partial int RealGetBytes(byte* buffer, int length);
}
