using System.Net.Sockets;
using EniAgent.Journal;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace EniAgent.Tests.Journal;

/// <summary>Where events go, and how they read on standard error.</summary>
public sealed class LogOutputTests : IDisposable
{
    private readonly FakeJournald journald = new();
    private readonly StringWriter stderr = new();

    public void Dispose()
    {
        journald.Dispose();
        stderr.Dispose();
    }

    [Theory]
    [InlineData(LogEventLevel.Debug, "debug: x\n", "<7>x\n")]
    [InlineData(LogEventLevel.Information, "info: x\n", "<6>x\n")]
    [InlineData(LogEventLevel.Warning, "warning: x\n", "<4>x\n")]
    [InlineData(LogEventLevel.Error, "error: x\n", "<3>x\n")]
    [InlineData(LogEventLevel.Fatal, "fatal: x\n", "<2>x\n")]
    public void People_read_words_and_managers_read_priorities(LogEventLevel level, string people, string managers)
    {
        Log(new StderrSink(stderr, priorities: false)).Write(level, "x");
        Log(new StderrSink(stderr, priorities: true)).Write(level, "x");

        Assert.Equal(people + managers, stderr.ToString());
    }

    [Fact]
    public void Every_line_has_its_priority_and_nothing_steers_the_terminal()
    {
        Log(new StderrSink(stderr, priorities: true)).Warning("one {Value}", "\u001b[31mtwo\r\n<0>three\tfour");
        Log(new StderrSink(stderr, priorities: false)).Warning("one\ntwo");

        Assert.Equal("<4>one \\x1b[31mtwo\n<4><0>three\tfour\nwarning: one\n  two\n", stderr.ToString());
    }

    [Fact]
    public void An_error_shows_its_whole_exception_and_a_warning_only_what_it_says()
    {
        Log(new StderrSink(stderr, priorities: false)).Warning(new InvalidOperationException("no room"), "slow");
        Log(new StderrSink(stderr, priorities: false)).Error(new InvalidOperationException("no room"), "failed");

        Assert.Equal("warning: slow: no room\nerror: failed: no room\n  System.InvalidOperationException: no room\n", stderr.ToString());
    }

    [Theory]
    [InlineData(StandardErrorKind.Terminal, "info: x\n", 0)]
    [InlineData(StandardErrorKind.Other, "info: x\n", 0)]
    [InlineData(StandardErrorKind.Journal, "", 1)]
    internal void The_journal_is_used_when_standard_error_leads_there(StandardErrorKind kind, string written, int entries)
    {
        Log(LogOutput.Choose(kind, journald.Path, stderr)).Information("x");

        Assert.Equal(written, stderr.ToString());
        Assert.Equal(entries, journald.ReceiveAll().Count);
    }

    [Fact]
    public void Without_the_journals_socket_its_stream_gets_priorities()
    {
        Log(LogOutput.Choose(StandardErrorKind.Journal, journald.Path + ".absent", stderr)).Information("x");

        Assert.Equal("<6>x\n", stderr.ToString());
    }

    [Theory]
    [InlineData("8:1234", "socket:[1234]", true)]
    [InlineData("8:1234", "socket:[1235]", false)] // redirected into another socket since
    [InlineData("8:1234", "/var/log/x", false)]
    [InlineData("1234", "socket:[1234]", false)]
    [InlineData("", "socket:[]", false)]
    [InlineData(null, "socket:[1234]", false)]
    [InlineData("8:1234", null, false)]
    public void The_variable_counts_only_while_standard_error_is_still_that_stream(string? variable, string? link, bool isJournal) =>
        Assert.Equal(isJournal, StandardError.IsJournalStream(variable, link));

    [Fact]
    public void The_other_end_of_a_stream_is_known_by_its_path()
    {
        var path = Path.GetDirectoryName(journald.Path) + "/stdout";
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(path));
        using var server = listener.Accept();

        Assert.Equal(path, StandardError.Peer((int)client.Handle));
        Assert.Null(StandardError.Peer((int)server.Handle)); // the client has no name
        Assert.Null(StandardError.Peer((int)listener.Handle)); // and this is connected to nothing
    }

    [Fact]
    public void A_closed_standard_error_does_not_end_the_program()
    {
        var closed = new StringWriter();
        closed.Dispose();

        Log(new StderrSink(closed, priorities: true)).Information("x");
    }

    private static Logger Log(ILogEventSink sink) => new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(sink).CreateLogger();
}
