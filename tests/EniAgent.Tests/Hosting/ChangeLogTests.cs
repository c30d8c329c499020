using EniAgent.Core.Tests.Fakes;
using EniAgent.Hosting;
using EniAgent.Linux.Tests;
using EniAgent.Tests.Fakes;

namespace EniAgent.Tests.Hosting;

public class ChangeLogTests
{
    private readonly ListLogger<ChangeLog> _lines = new();
    private readonly ChangeLog _log;

    public ChangeLogTests() => _log = new ChangeLog(_lines);

    [Fact]
    public void A_problem_is_said_when_it_arises_and_not_while_it_lasts()
    {
        for (var i = 0; i < 3; i++)
        {
            _log.Problems("metadata: no answer", [], ["rule: EPERM"]);
        }

        Assert.Equal(["Warning: rule: EPERM", "Warning: metadata: no answer"], _lines.Lines);
    }

    [Fact]
    public void That_all_is_well_is_said_once_and_only_when_all_is()
    {
        _log.Problems("metadata: no answer", ["disk full", null], []);
        _log.Problems(null, ["disk full", null], []);
        _log.Problems(null, [], []);
        _log.Problems(null, [], []);

        Assert.Equal(["Warning: metadata: no answer", "Warning: disk full", "Information: all is well again"], _lines.Lines);
    }

    [Fact]
    public void What_two_met_alike_is_said_once_whoever_meets_it_then()
    {
        _log.Problems(null, ["disk full"], ["disk full"]);
        _log.Problems(null, ["disk full"], []);
        _log.Problems(null, [null], ["disk full"]);

        Assert.Equal(["Warning: disk full"], _lines.Lines);
    }

    [Fact]
    public void Of_what_is_wrong_with_files_nothing_hides_the_rest()
    {
        _log.Problems(null, ["metrics: no descriptor left", "disk full"], []);

        Assert.Equal(["Warning: metrics: no descriptor left", "Warning: disk full"], _lines.Lines);
    }

    [Fact]
    public void A_problem_that_comes_back_is_said_again()
    {
        _log.Problems("metadata: no answer", [], []);
        _log.Problems(null, [], []);
        _log.Problems("metadata: no answer", [], []);

        Assert.Equal(2, _lines.Lines.Count(line => line == "Warning: metadata: no answer"));
    }

    [Fact]
    public void What_was_wrong_with_the_kernel_still_is_while_only_metadata_is_heard_of()
    {
        _log.Problems(null, [], ["rule: EPERM"]);
        _log.Problems("metadata: no answer", [], kernel: null);
        _log.Problems(null, [], kernel: null);

        Assert.Equal(["Warning: rule: EPERM", "Warning: metadata: no answer"], _lines.Lines);
    }

    [Fact]
    public void Where_nothing_is_wrong_nothing_is_said()
    {
        _log.Problems(null, [], []);

        Assert.Empty(_lines.Lines);
    }

    [Fact]
    public void Changes_are_said_in_a_line_an_ENI()
    {
        using var machine = new Machine();
        var reconciler = machine.Start();

        _log.Changes(reconciler.Converge(Vpc.Believe(Machine.TwoEnis)));
        _log.Changes(reconciler.Converge(Vpc.Believe(Machine.TwoEnis)));

        Assert.Equal(
            [
                "Information: eth0 (52:54:00:00:00:00): 2 added, 2 changed, 0 removed",
                "Information: eth1 (52:54:00:00:00:01): 7 added, 3 changed, 0 removed",
                "Information: rules for all ENIs: 1 added, 0 changed, 0 removed",
            ],
            _lines.Lines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_ENI_whose_NIC_has_gone_is_named_by_its_MAC()
    {
        using var machine = new Machine();
        var reconciler = machine.Start();
        reconciler.Converge(Vpc.Believe(Machine.TwoEnis));
        machine.Kernel.RemoveLink("eth1");

        _log.Changes(reconciler.Converge(Vpc.Believe(Machine.TwoEnis)));

        Assert.All(_lines.Lines, line => Assert.DoesNotContain("eth1", line, StringComparison.Ordinal));
        Assert.NotEmpty(_lines.Lines);
    }
}
