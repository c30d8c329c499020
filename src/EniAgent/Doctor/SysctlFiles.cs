using System.Globalization;
using EniAgent.Persistence.Files;

namespace EniAgent.Doctor;

/// <summary>A setting as a file gives it.</summary>
internal sealed class SysctlLine
{
    public required string Path { get; init; }

    /// <summary>The line, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>What stands there.</summary>
    public required string Text { get; init; }

    /// <summary>The interface that is named: a name, "all", "default", or a pattern.</summary>
    public required string Interface { get; init; }

    /// <summary>E.g. "rp_filter".</summary>
    public required string Setting { get; init; }

    public required int Value { get; init; }

    public override string ToString() => $"{Path}:{Line}: {Text}";
}

/// <summary>
/// Which file gives an interface's setting at the next boot: sysctl.d(5). Of files with one name the first folder's counts; they are read by their names,
/// /etc/sysctl.conf last, and the last line wins; a name wins over a pattern.
/// </summary>
internal sealed class SysctlFiles
{
    private static readonly string[] Folders = ["/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d"];

    private const string Prefix = "net/ipv4/conf/";

    private readonly List<SysctlLine> _lines = [];

    public SysctlFiles(IFileTree files)
    {
        var paths = new List<string>();
        foreach (var folder in Folders)
        {
            foreach (var name in files.List(folder))
            {
                if (name.EndsWith(".conf", StringComparison.Ordinal) && !paths.Exists(path => NameOf(path) == name))
                {
                    paths.Add($"{folder}/{name}");
                }
            }
        }

        paths.Sort(static (one, other) => string.CompareOrdinal(NameOf(one), NameOf(other)));
        foreach (var path in paths)
        {
            Read(files, path);
        }

        Read(files, "/etc/sysctl.conf");
    }

    /// <summary>The line that decides about a setting of an interface; null where none does.</summary>
    /// <param name="link">The interface; "all" and "default" are ones of their own.</param>
    /// <param name="setting">E.g. "rp_filter".</param>
    /// <param name="value">Only lines with this value; null for all.</param>
    public SysctlLine? Of(string link, string setting, int? value = null)
    {
        SysctlLine? named = null, matched = null;
        foreach (var line in _lines)
        {
            if (line.Setting != setting || (value is not null && line.Value != value))
            {
                continue;
            }

            if (line.Interface == link)
            {
                named = line;
            }
            else if (IsMatch(line.Interface, link))
            {
                matched = line;
            }
        }

        return named ?? matched;
    }

    private void Read(IFileTree files, string path)
    {
        if (files.Read(path) is not FileContent.Text { Value: var text })
        {
            return;
        }

        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || line.TrimStart() is ['#' or ';', ..])
            {
                continue;
            }

            // The first separator tells how the name is written; a dot in an interface's name is then the other one.
            var key = line[..equals].Trim().TrimStart('-');
            if (key.IndexOfAny(['.', '/']) is >= 0 and var first && key[first] == '.')
            {
                key = key.Replace('/', '\0').Replace('.', '/').Replace('\0', '.');
            }

            var last = key.LastIndexOf('/');
            if (key.StartsWith(Prefix, StringComparison.Ordinal) && last > Prefix.Length
                && int.TryParse(line[(equals + 1)..].Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            {
                _lines.Add(new SysctlLine { Path = path, Line = number, Text = line.Trim(), Interface = key[Prefix.Length..last], Setting = key[(last + 1)..], Value = value });
            }
        }
    }

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    // Patterns of glob(7), as far as they occur: one star.
    private static bool IsMatch(string pattern, string name)
    {
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        return star >= 0 && name is not "all" and not "default" && name.Length >= pattern.Length - 1
            && name.StartsWith(pattern[..star], StringComparison.Ordinal) && name.EndsWith(pattern[(star + 1)..], StringComparison.Ordinal);
    }
}
