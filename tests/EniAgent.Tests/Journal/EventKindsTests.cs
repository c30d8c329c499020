using System.Reflection;
using System.Text.RegularExpressions;
using EniAgent.Hosting;
using EniAgent.Journal;
using EniAgent.Linux.State;
using EniAgent.Metadata;
using EniAgent.Persistence.Files;
using EniAgent.Reconciliation;
using Microsoft.Extensions.Logging;

namespace EniAgent.Tests.Journal;

/// <summary>Kinds of events, what is logged, and systemd/eni-agent.catalog say the same.</summary>
public partial class EventKindsTests
{
    private static readonly IReadOnlyDictionary<string, CatalogEntry> Catalog = ReadCatalog();

    private static IEnumerable<(LoggerMessageAttribute Message, MethodInfo Method)> Messages =>
        new[] { typeof(AgentLoop), typeof(StateStore), typeof(MetadataClient), typeof(FileKeeper) }.Select(type => type.Assembly)
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(method => (Message: method.GetCustomAttribute<LoggerMessageAttribute>()!, method)).Where(of => of.Message is not null);

    [Fact]
    public void Everything_that_is_logged_where_people_look_is_of_a_kind()
    {
        var logged = Messages.Where(of => of.Message.Level >= LogLevel.Information).Select(of => of.Message.EventName ?? of.Message.Message);

        Assert.Equal(EventKinds.MessageIds.Keys.Order(StringComparer.Ordinal), logged.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_kind_has_its_entry_in_the_catalog() =>
        Assert.Equal(EventKinds.MessageIds.Values.Order(StringComparer.Ordinal), Catalog.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void An_entry_has_a_subject_an_explanation_and_names_only_fields_that_are_there()
    {
        foreach (var (message, method) in Messages.Where(of => of.Message.EventName is not null))
        {
            var entry = Catalog[EventKinds.MessageIds[message.EventName!]];
            Assert.False(string.IsNullOrWhiteSpace(entry.Subject));
            Assert.NotEmpty(entry.Text);
            var fields = method.GetParameters().Select(parameter => JournalEntry.FieldName(char.ToUpperInvariant(parameter.Name![0]) + parameter.Name[1..])).ToHashSet();
            Assert.All(Fields().Matches(entry.Subject + entry.Text).Select(match => match.Groups[1].Value), field => Assert.Contains(field, fields));
        }
    }

    [Theory]
    [InlineData(typeof(AgentLoop))]
    [InlineData(typeof(ContactGuard))]
    [InlineData(typeof(StateStore))]
    [InlineData(typeof(FileKeeper))]
    [InlineData(typeof(MetadataClient))]
    public void A_class_is_in_the_file_that_is_logged(Type type) => Assert.True(File.Exists(RepositoryFolder.PathOf(JournalEntry.CodeFile(type.FullName!))));

    private static Dictionary<string, CatalogEntry> ReadCatalog() => RepositoryFolder.Read("systemd/eni-agent.catalog").Split("\n-- ")[1..]
        .ToDictionary(entry => entry.Split('\n')[0], entry => new CatalogEntry(
            entry.Split('\n').First(line => line.StartsWith("Subject: ", StringComparison.Ordinal))["Subject: ".Length..], entry.Split("\n\n", 2)[1]));

    [GeneratedRegex("@([A-Z_]+)@")]
    private static partial Regex Fields();

    private sealed record CatalogEntry(string Subject, string Text);
}
