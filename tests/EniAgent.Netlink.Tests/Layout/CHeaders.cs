using System.Diagnostics;
using System.Globalization;

namespace EniAgent.Netlink.Tests.Layout;

/// <summary>Asks the C headers of this machine: compiles a program that prints expressions, and runs it.</summary>
internal static class CHeaders
{
    private const string Includes = """
        #include <stddef.h>
        #include <stdio.h>
        #include <errno.h>
        #include <sys/socket.h>
        #include <linux/if.h>
        #include <linux/if_arp.h>
        #include <linux/netlink.h>
        #include <linux/rtnetlink.h>
        #include <linux/if_link.h>
        #include <linux/if_addr.h>
        #include <linux/fib_rules.h>
        #include <linux/neighbour.h>
        #include <linux/netconf.h>
        #include <linux/netfilter.h>
        #include <linux/netfilter/nfnetlink.h>
        #include <linux/netfilter/nf_tables.h>
        #include <linux/filter.h>
        """;

    /// <summary>The value of each expression, in order.</summary>
    public static long[] Evaluate(IReadOnlyList<string> expressions)
    {
        var directory = Directory.CreateTempSubdirectory("netlink-layout-");
        try
        {
            string source = Path.Combine(directory.FullName, "layout.c");
            string program = Path.Combine(directory.FullName, "layout");
            var lines = expressions.Select(e => $"  printf(\"%lld\\n\", (long long)({e}));");
            File.WriteAllText(source, $"{Includes}\nint main(void) {{\n{string.Join('\n', lines)}\n  return 0;\n}}\n");
            Run("gcc", "-o", program, source);
            return [.. Run(program).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => long.Parse(l, CultureInfo.InvariantCulture))];
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.GetAwaiter().GetResult());
        return output;
    }
}
