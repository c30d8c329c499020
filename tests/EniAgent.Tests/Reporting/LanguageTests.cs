using EniAgent.Reporting;

namespace EniAgent.Tests.Reporting;

public class LanguageTests
{
    [Theory]
    [InlineData(null, null, null, false)]
    [InlineData(null, null, "zh_CN.UTF-8", true)]
    [InlineData(null, null, "zh_CN.utf8", true)]
    [InlineData(null, null, "zh_TW.UTF-8@pinyin", true)]
    [InlineData(null, null, "zh.UTF-8", true)]
    [InlineData(null, null, "zh_CN.GB18030", false)]
    [InlineData(null, null, "zh_CN", false)]
    [InlineData(null, null, "zha_CN.UTF-8", false)]
    [InlineData(null, null, "en_US.UTF-8", false)]
    [InlineData("C", "zh_CN.UTF-8", "zh_CN.UTF-8", false)]
    [InlineData("zh_CN.UTF-8", "C", "C", true)]
    [InlineData(null, "zh_CN.UTF-8", "C", true)]
    [InlineData(null, "C", "zh_CN.UTF-8", false)]
    [InlineData("", "", "zh_CN.UTF-8", true)]
    public void The_first_variable_that_is_not_empty_decides_and_chinese_wants_utf8(string? all, string? messages, string? lang, bool isChinese)
    {
        var environment = new Dictionary<string, string?> { ["LC_ALL"] = all, ["LC_MESSAGES"] = messages, ["LANG"] = lang };
        Assert.Equal(isChinese, Language.Choose(environment.GetValueOrDefault).IsChinese);
    }

    [Fact]
    public void A_chinese_character_takes_two_columns()
    {
        Assert.Equal(7, Columns.WidthOf("eth0 \u7f51"));
        Assert.Equal("\u7f51\u5361  |", Columns.Pad("\u7f51\u5361", 6) + "|");
    }

    [Fact]
    public void English_breaks_between_words_and_what_is_longer_than_a_line_stays_whole() =>
        Assert.Equal(["one two", "three", "aaaaaaaaaaaaaa", "b"], Columns.Wrap("one two three aaaaaaaaaaaaaa b", 8));

    [Fact]
    public void Chinese_breaks_between_characters_and_no_line_begins_with_a_full_stop() =>
        Assert.Equal(["\u7f51\u5361 eth0", "\u5df2\u65ad\u5f00\u3002", "\u597d"], Columns.Wrap("\u7f51\u5361 eth0 \u5df2\u65ad\u5f00\u3002\u597d", 9));
}
