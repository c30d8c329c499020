namespace EniAgent.Metadata.Tests;

/// <summary>How long the service asks to wait (RFC 9110, sections 5.6.7 and 10.2.3).</summary>
public class RetryAfterTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 6, 8, 49, 30, TimeSpan.Zero);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("120", 120)]
    [InlineData("99999999999999999999", int.MaxValue)]
    [InlineData("Fri, 06 Nov 2026 08:49:37 GMT", 7)]
    [InlineData("Friday, 06-Nov-26 08:49:37 GMT", 7)]
    [InlineData("Fri Nov  6 08:49:37 2026", 7)]
    [InlineData("Fri Nov 13 08:49:30 2026", 7 * 86400)]
    [InlineData("Fri, 06 Nov 2026 08:49:20 GMT", -10)]
    public void Seconds_and_dates_are_understood(string field, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryAfter.Parse(field, Now));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("0x10")]
    [InlineData("Fri, 06 Nov 2026 08:49:37 CET")]
    [InlineData("Fri, 31 Feb 2026 08:49:37 GMT")]
    public void Anything_else_says_nothing(string? field) => Assert.Null(RetryAfter.Parse(field, Now));
}
