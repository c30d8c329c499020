using System.Globalization;
using EniAgent.Journal;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace EniAgent.Tests.Journal;

/// <summary>What journald receives.</summary>
public sealed class JournalSinkTests : IDisposable
{
    private readonly FakeJournald journald = new();
    private readonly StringWriter stderr = new();
    private readonly Logger log;

    public JournalSinkTests() => log = Logger(new JournalSocket(journald.Path));

    public void Dispose()
    {
        log.Dispose();
        journald.Dispose();
        stderr.Dispose();
    }

    [Fact]
    public void An_event_becomes_message_priority_identifier_and_a_field_for_each_property()
    {
        log.Information("attached {InterfaceName} with {Count} addresses, {Share:P0} of {All}", "eth1", 30, 0.5, new[] { 1, 2 });

        Assert.Equal(
        [
            new("MESSAGE", "attached eth1 with 30 addresses, 50 % of [1, 2]"),
            new("PRIORITY", "6"),
            new("SYSLOG_IDENTIFIER", "eni-agent"),
            new("INTERFACE_NAME", "eth1"),
            new("COUNT", "30"),
            new("SHARE", "0.5"),
            new("ALL", "[1, 2]"),
        ], journald.Receive().Fields);
    }

    [Fact]
    public void What_comes_through_the_logging_of_the_host_names_its_source_and_its_event()
    {
        using var loggers = new SerilogLoggerFactory(log);
        LoggerMessage.Define<string>(LogLevel.Warning, new EventId(7, "Repaired"), "{Interface} drifted")(
            loggers.CreateLogger("EniAgent.Linux.State.StateStore"), "eth1", null);

        Assert.Equal(
            ["CODE_FILE=src/EniAgent.Linux/State/StateStore.cs", "EVENT=Repaired", "INTERFACE=eth1", "MESSAGE=eth1 drifted", $"MESSAGE_ID={EventKinds.MessageIds["Repaired"]}", "PRIORITY=4", "SYSLOG_IDENTIFIER=eni-agent"],
            journald.Receive().Fields.Select(field => $"{field.Key}={field.Value}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(LogEventLevel.Verbose, "7")]
    [InlineData(LogEventLevel.Debug, "7")]
    [InlineData(LogEventLevel.Information, "6")]
    [InlineData(LogEventLevel.Warning, "4")]
    [InlineData(LogEventLevel.Error, "3")]
    [InlineData(LogEventLevel.Fatal, "2")]
    public void The_level_is_syslogs_priority(LogEventLevel level, string priority)
    {
        log.Write(level, "x");

        Assert.Equal(priority, journald.Receive()["PRIORITY"]);
    }

    [Theory]
    [InlineData("InterfaceName", "INTERFACE_NAME")]
    [InlineData("MessageId", "MESSAGE_ID")]
    [InlineData("CodeFile", "CODE_FILE")]
    [InlineData("MAC", "MAC")]
    [InlineData("EniMAC", "ENI_MAC")]
    [InlineData("eth0Name", "ETH0_NAME")]
    [InlineData("with space-and.dot", "WITH_SPACE_AND_DOT")]
    [InlineData("_PID", "PID")]
    [InlineData("__x", "X")]
    [InlineData("0", "PROPERTY_0")]
    [InlineData("_9a", "PROPERTY_9A")]
    [InlineData("ü", "PROPERTY_")]
    [InlineData("Message", "PROPERTY_MESSAGE")]
    [InlineData("priority", "PROPERTY_PRIORITY")]
    [InlineData("SyslogIdentifier", "PROPERTY_SYSLOG_IDENTIFIER")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_propertys_name_becomes_a_field_that_journald_accepts(string property, string field)
    {
        log.ForContext(property, "v").Information("x");

        Assert.Equal("v", journald.Receive()[field]);
        Assert.Equal(field, JournalEntry.FieldName(property));
    }

    [Fact]
    public void Values_read_the_same_in_every_culture()
    {
        log.Information("{Text}{None}{Flag}{Number}{Time}{Id}", "a \"b\"", null, true, 1.5,
            new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.Zero), Guid.Parse("b07a249c-d024-414a-82dd-00cd181378ff"));
        var entry = journald.Receive();

        Assert.Equal(
            ["a \"b\"", "", "true", "1.5", "2024-01-02T03:04:05.0000000+00:00", "b07a249cd024414a82dd00cd181378ff"],
            ((string[])["TEXT", "NONE", "FLAG", "NUMBER", "TIME", "ID"]).Select(name => entry[name]));
    }

    [Fact]
    public void Values_of_several_lines_arrive_whole_and_cannot_forge_a_field()
    {
        log.Information("read {Body}", "one\nPRIORITY=0\n\ntwo\n");
        var entry = journald.Receive();

        Assert.Equal("one\nPRIORITY=0\n\ntwo\n", entry["BODY"]);
        Assert.Equal("read one\nPRIORITY=0\n\ntwo\n", entry["MESSAGE"]);
        Assert.Equal("6", entry["PRIORITY"]);
    }

    [Fact]
    public void An_exception_is_named_in_the_message_and_whole_in_its_fields()
    {
        log.Error(new InvalidOperationException("no room"), "sync failed");
        var entry = journald.Receive();

        Assert.Equal("sync failed: no room", entry["MESSAGE"]);
        Assert.Equal("System.InvalidOperationException", entry["EXCEPTION_TYPE"]);
        Assert.StartsWith("System.InvalidOperationException: no room", entry["EXCEPTION"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_entry_too_large_for_a_datagram_goes_as_a_file_that_nobody_can_change(bool sealing)
    {
        using var other = Logger(new JournalSocket(journald.Path, sealing));
        var large = string.Concat(Enumerable.Range(0, 100_000).Select(number => number.ToString(CultureInfo.InvariantCulture) + "\n"));

        other.Information("large {Body}", large);
        var entry = journald.Receive();

        Assert.True(entry.AsFile);
        Assert.Equal(large, entry["BODY"]);
        Assert.Equal(sealing, entry.Seals == 0xf); // F_SEAL_SEAL, SHRINK, GROW and WRITE
        Assert.Empty(Directory.GetFiles("/dev/shm", $"eni-agent-{Environment.ProcessId}-*"));
    }

    [Fact]
    public void A_full_socket_drops_events_at_once_and_the_next_that_gets_through_says_how_many()
    {
        const int Sent = 2000;
        for (var i = 0; i < Sent; i++)
        {
            log.Information("event {Number}", i);
        }

        var kept = journald.ReceiveAll();
        log.Information("after");
        var after = journald.Receive();
        log.Information("later");

        Assert.InRange(kept.Count, 1, Sent - 1);
        Assert.Equal(Enumerable.Range(0, kept.Count).Select(i => $"event {i}"), kept.Select(entry => entry["MESSAGE"]));
        Assert.Equal($"after (messages lost before this, for the journal did not keep up: {Sent - kept.Count})", after["MESSAGE"]);
        Assert.Equal($"{Sent - kept.Count}", after["ENI_AGENT_DROPPED"]);
        Assert.False(journald.Receive().Has("ENI_AGENT_DROPPED"));
        Assert.Equal("", stderr.ToString());
    }

    [Fact]
    public void Without_journald_events_go_to_standard_error_and_a_restarted_journald_is_found_again()
    {
        log.Information("before");
        journald.ReceiveAll();
        journald.Stop();
        log.Warning("during");
        journald.Restart();
        log.Information("after");

        Assert.Equal("<4>during\n", stderr.ToString());
        Assert.Equal("after", journald.Receive()["MESSAGE"]);
    }

    [Fact]
    public void Many_threads_lose_nothing_that_fits()
    {
        var received = new List<ReceivedEntry>();
        var writers = Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 50; i++)
            {
                log.Information("{Thread} {Index}", thread, i);
            }
        })));
        while (!writers.IsCompleted)
        {
            received.AddRange(journald.ReceiveAll());
        }

        received.AddRange(journald.ReceiveAll());
        log.Information("end");
        var end = journald.Receive();

        var dropped = received.Append(end).Where(entry => entry.Has("ENI_AGENT_DROPPED"))
            .Sum(entry => int.Parse(entry["ENI_AGENT_DROPPED"], CultureInfo.InvariantCulture));
        Assert.Equal(200, received.Count + dropped);
    }

    [Fact]
    public void A_value_that_throws_does_not_end_the_logging()
    {
        log.Write(new LogEvent(DateTimeOffset.UnixEpoch, LogEventLevel.Information, null,
            new Serilog.Parsing.MessageTemplateParser().Parse("x {Bad}"), [new LogEventProperty("Bad", new ScalarValue(new Throwing()))]));
        log.Information("next");

        Assert.Equal("next", journald.Receive()["MESSAGE"]);
    }

    [Fact]
    public void After_it_is_closed_events_go_to_standard_error()
    {
        var sink = new JournalSink(new JournalSocket(journald.Path), new StderrSink(stderr, priorities: true));
        using var closed = new LoggerConfiguration().WriteTo.Sink(sink).CreateLogger();
        sink.Dispose();

        closed.Information("late");

        Assert.Equal("<6>late\n", stderr.ToString());
        Assert.Empty(journald.ReceiveAll());
    }

    private Logger Logger(JournalSocket socket) => new LoggerConfiguration().MinimumLevel.Verbose()
        .WriteTo.Sink(new JournalSink(socket, new StderrSink(stderr, priorities: true))).CreateLogger();

    private sealed class Throwing
    {
        public override string ToString() => throw new InvalidOperationException("never mind");
    }
}
