using System.Globalization;
using System.Text.RegularExpressions;
using EniAgent.Core.Addressing;
using EniAgent.Core.Ownership;
using EniAgent.Core.Wording;
using EniAgent.Persistence.Files;
using EniAgent.Persistence.Model;

namespace EniAgent.Persistence.Backends.NetworkManager;

/// <summary>
/// The section ipv4 of somebody else's profile, edited: its addresses become metadata's and the administrator's own, our routes and rules stand behind numbers of
/// ours, and every other line stays as it is. What NetworkManager has numbered anew when it wrote the file itself is known again by what it says.
/// </summary>
internal sealed partial class Ipv4Section
{
    private const string Name = "ipv4";

    // Of this one there is one only.
    private const string Gateway = "gateway";

    // Apart from the administrator's.
    private const int First = 31000;

    private readonly List<IniLine> _lines;
    private readonly BootState _state;
    private readonly BootEni _eni;

    private Ipv4Section(IReadOnlyList<IniLine> lines, BootState state, BootEni eni) => (_lines, _state, _eni) = ([.. lines], state, eni);

    /// <summary>Edits.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="state">What is to be.</param>
    /// <param name="eni">Whose profile it is.</param>
    /// <param name="values">Our values.</param>
    /// <param name="line">Where it is wrong, from 1; 0 for the file as a whole.</param>
    /// <param name="problem">What is wrong.</param>
    /// <returns>The text as it must be; null where it cannot be edited.</returns>
    public static string? Edit(Profile profile, BootState state, BootEni eni, KeyfileValues values, out int line, out Sentence? problem)
    {
        // One without the section gets its address by DHCP.
        var isThere = profile.Lines.Any(l => l.Section == Name);
        var section = new Ipv4Section(isThere ? profile.Lines : WithSection(profile.Lines), state, eni);
        if (!section.IsSound(out line, out problem))
        {
            return null;
        }

        section.PutAddresses();
        section.Put("route", section.OurRoutes(), values.Routes(eni).SelectMany(route => new[] { ("", route.Value), ("_options", route.Options) }));
        section.Put("routing-rule", section.OurRules(), values.Rules(eni).Select(rule => ("", rule)));
        if (!isThere && !section._lines.Any(IsNumbered))
        {
            return profile.Text;
        }

        var text = string.Join('\n', section._lines.Select(l => l.Text));
        var method = section._lines.ValueOf(Name, "method");
        if (text == profile.Text || method is "auto" or "manual")
        {
            return text;
        }

        (line, problem) = (section.LineOf("method"), method is null ? FindingWords.MethodMissing : FindingWords.MethodTakesNone(method));
        return null;
    }

    /// <summary>Takes out of a text what an edit has put in, and puts back what it has taken out, whatever else has changed since.</summary>
    /// <param name="current">The text now.</param>
    /// <param name="original">The text before the edit.</param>
    /// <param name="edited">The text that the edit made.</param>
    public static string Undo(string current, string original, string edited)
    {
        var (before, ours) = (Numbered(original), Numbered(edited));
        var put = ours.Except(before).Select(line => line.Value).ToHashSet(StringComparer.Ordinal);
        var taken = before.Except(ours).ToList();

        // Where the first version says the same, that comes first, and ours behind it.
        var theirs = before.Intersect(ours).Select(line => line.Value).Where(put.Contains).ToList();
        var lines = IniText.Lines(current).Where(line => !(IsNumbered(line) && put.Contains(line.Value)) || theirs.Remove(line.Value)).ToList();
        foreach (var line in taken.Where(line => !lines.Exists(now => IsNumbered(now) && (now.Value == line.Value || (now.Key == line.Key && line.Key == Gateway)))))
        {
            Insert(lines, [lines.Any(l => l.Section == Name && l.Key == line.Key) ? Entry(FreeKey(lines, line.Key!), line.Value) : line]);
        }

        return string.Join('\n', lines.Select(line => line.Text));
    }

    private static List<IniLine> Numbered(string text) => [.. IniText.Lines(text).Where(IsNumbered)];

    private static bool IsNumbered(IniLine line) => line is { Section: Name, Key: { } key } && Key().IsMatch(key);

    // The end of the section, in front of the empty lines that part it from the next one.
    private static void Insert(List<IniLine> lines, IReadOnlyCollection<IniLine> added)
    {
        if (added.Count == 0)
        {
            return;
        }

        var last = lines.FindLastIndex(line => line.Section == Name && line.Text.Trim().Length > 0);
        lines.InsertRange(last + 1, added);
    }

    private static List<IniLine> WithSection(IReadOnlyList<IniLine> lines)
    {
        var end = lines.Count;
        while (end > 0 && lines[end - 1].Text.Trim().Length == 0)
        {
            end--;
        }

        return [.. lines.Take(end), new("", null, "", ""), new(Name, null, "", $"[{Name}]"), Entry("method", "auto"), .. lines.Skip(end)];
    }

    private static string FreeKey(List<IniLine> lines, string key)
    {
        var kind = Key().Match(key).Groups[1].Value;
        return kind + Enumerable.Range(1, int.MaxValue - 1).First(number => lines.All(line => line.Section != Name || line.Key != $"{kind}{number}"));
    }

    private static IniLine Entry(string key, string value) => new(Name, key, value, $"{key}={value}");

    private static IniLine With(IniLine line, string value) => line with { Value = value, Text = line.Text[..(line.Text.IndexOf('=', StringComparison.Ordinal) + 1)] + value };

    private static (IpAddress Address, string Length, string Gateway)? AddressIn(string value)
    {
        var parts = value.Split([',', ';', '/', ' '], StringSplitOptions.RemoveEmptyEntries);
        return parts is [var address, var length, ..] && IpAddress.TryParse(address, out var parsed)
            && int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 32
            && (parts.Length < 3 || IpAddress.TryParse(parts[2], out _)) && parts.Length <= 3
            ? (parsed, length, parts.Length > 2 ? parts[2] : "") : null;
    }

    private static int NumberOf(string key) => Key().Match(key) is { Success: true } match && int.TryParse(match.Groups[2].Value, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static bool IsKind(string? key, string kind) => key is not null && Key().Match(key) is { Success: true } match && match.Groups[1].Value == kind;

    [GeneratedRegex("^(address|route|routing-rule|gateway)(?:es|s)?([0-9]*)(_options)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Key();

    private IEnumerable<IniLine> Of(string kind) => _lines.Where(line => line.Section == Name && IsKind(line.Key, kind)).OrderBy(line => NumberOf(line.Key!));

    private int LineOf(string key) => _lines.FindLastIndex(line => line.Section == Name && line.Key == key) + 1;

    private bool IsSound(out int line, out Sentence? problem)
    {
        (line, problem) = (0, null);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < _lines.Count; i++)
        {
            var entry = _lines[i];
            var text = entry.Text.Trim();
            line = i + 1;
            if (entry.Key is null && text.Length > 0 && text[0] != '#' && !(text[0] == '[' && text[^1] == ']'))
            {
                problem = FindingWords.NoAssignment(text);
                return false;
            }

            if (IsNumbered(entry) && !seen.Add(entry.Key!))
            {
                problem = FindingWords.StandsTwice(entry.Key);
                return false;
            }

            if (entry.Section == Name && IsKind(entry.Key, "address") && AddressIn(entry.Value) is null)
            {
                problem = FindingWords.NotUnderstood(entry.Key, entry.Value);
                return false;
            }
        }

        line = 0;
        return true;
    }

    // Under DHCP the primary address is what DHCP brings.
    private void PutAddresses()
    {
        var isDynamic = _lines.ValueOf(Name, "method") is not "manual";
        var listed = isDynamic && _eni.IsPrimary ? _eni.Addresses.Skip(1).ToList() : [.. _eni.Addresses];
        var length = _eni.Subnet.Length.ToString(CultureInfo.InvariantCulture);
        var seen = new HashSet<IpAddress>();
        var lostGateway = "";
        foreach (var (position, line) in Of("address").ToList().Index())
        {
            var at = _lines.IndexOf(line);
            var (address, itsLength, gateway) = AddressIn(line.Value)!.Value;
            if (position == 0 && _eni.IsPrimary && !isDynamic)
            {
                // The first address of the primary ENI's static profile is its primary address, whatever it is: a clone's is the former machine's.
                seen.Add(_eni.Addresses[0]);
                if (address != _eni.Addresses[0])
                {
                    _lines[at] = With(line, $"{_eni.Addresses[0]}/{length}{(gateway.Length > 0 ? "," + _eni.Gateway : "")}");
                    Replace(Gateway, _eni.Gateway.ToString());
                }
            }
            else if (listed.Contains(address) && seen.Add(address))
            {
                _lines[at] = itsLength == length ? line : With(line, $"{address}/{length}{(gateway.Length > 0 ? "," + gateway : "")}");
            }
            else if (seen.Contains(address) || _state.Former.Any(former => former.Address == address))
            {
                _lines.RemoveAt(at);
                lostGateway = gateway.Length > 0 ? gateway : lostGateway;
            }
        }

        if (_eni.IsPrimary && lostGateway.Length > 0)
        {
            KeepGateway(lostGateway);
        }

        var missing = listed.Where(address => !seen.Contains(address)).ToList();

        // Behind the first one, which must stay the first.
        var from = Math.Max(First, Of("address").Select(line => NumberOf(line.Key!) + 1).FirstOrDefault());
        var free = Enumerable.Range(from, int.MaxValue - from).Where(number => Of("address").All(line => NumberOf(line.Key!) != number)).Take(missing.Count);
        Insert(_lines, [.. missing.Zip(free, (address, number) => Entry($"address{number}", $"{address}/{length}"))]);
    }

    // NetworkManager takes the default route's from whichever address has one: it may not go with an address that goes.
    private void KeepGateway(string gateway)
    {
        var addresses = Of("address").ToList();
        if (LineOf(Gateway) == 0 && addresses.Count > 0 && addresses.TrueForAll(line => AddressIn(line.Value)!.Value.Gateway.Length == 0))
        {
            var (address, length, _) = AddressIn(addresses[0].Value)!.Value;
            var isInSubnet = IpAddress.TryParse(gateway, out var parsed) && _eni.Subnet.Contains(parsed);
            _lines[_lines.IndexOf(addresses[0])] = With(addresses[0], $"{address}/{length},{(isInSubnet ? gateway : _eni.Gateway)}");
        }
    }

    private void Replace(string key, string value)
    {
        if (LineOf(key) is > 0 and var line)
        {
            _lines[line - 1] = With(_lines[line - 1], value);
        }
    }

    private List<IniLine> OurRoutes()
    {
        var routes = Of("route").ToList();
        var options = routes.Where(line => line.Key!.EndsWith("_options", StringComparison.Ordinal)).ToDictionary(line => NumberOf(line.Key!), line => line.Value);
        return [.. routes.Where(line => NumberOf(line.Key!) is var number && (number >= First || KeyfileValues.IsOurs(new KeyfileRoute("", options.GetValueOrDefault(number, "")), _state)))];
    }

    private List<IniLine> OurRules() => [.. Of("routing-rule").Where(line => NumberOf(line.Key!) >= First || KeyfileValues.IsOurs(line.Value, _state))];

    // Whatever their numbers: what says the same stays as it is.
    private void Put(string kind, List<IniLine> ours, IEnumerable<(string Suffix, string Value)> wanted)
    {
        var values = wanted.ToList();
        if (ours.Select(line => line.Value).Order(StringComparer.Ordinal).SequenceEqual(values.Select(entry => entry.Value).Order(StringComparer.Ordinal)))
        {
            return;
        }

        _lines.RemoveAll(ours.Contains);
        var number = First - 1;
        Insert(_lines, [.. values.Select(entry => Entry($"{kind}{(entry.Suffix.Length == 0 ? ++number : number)}{entry.Suffix}", entry.Value))]);
    }
}
