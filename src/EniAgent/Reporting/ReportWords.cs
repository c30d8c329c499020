using EniAgent.Core.Addressing;
using EniAgent.Core.Wording;
using EniAgent.Reconciliation;

namespace EniAgent.Reporting;

/// <summary>What a report says is wrong, beside what comes from below.</summary>
internal static class ReportWords
{
    public static Sentence Metadata(Sentence problem) => new($"metadata: {problem.English}", $"实例元数据：{problem.Chinese}");

    public static Sentence Eni(MacAddress mac, Sentence problem) => new($"ENI {mac}: {problem.English}", $"弹性网卡 {mac}：{problem.Chinese}");

    /// <summary>A sentence that another process has written down in English.</summary>
    public static Sentence? Read(string? english) => english is null ? null : english == ContactGuard.TakenBack.English ? ContactGuard.TakenBack : Sentence.AsIs(english);
}
