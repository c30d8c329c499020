using EniAgent.Reporting;

namespace EniAgent.Doctor.Words;

/// <summary>What stands around the findings.</summary>
internal sealed class DoctorWords(Language language)
{
    public string LevelOf(Level level) => level switch
    {
        Level.Error => language.Say("error", "错误"),
        Level.Warning => language.Say("warning", "警告"),
        Level.Note => language.Say("note", "提示"),
        _ => language.Say("ok", "正常"),
    };

    public string Because => language.Say("because", "依据");

    public string Type => language.Say("type:", "执行：");

    public string Fine(string topics) => language.Say($"ok: {topics}", $"正常：{topics}");

    public string Comma => language.Say(", ", "、");

    public string Count(int errors, int warnings, int notes) => language.Say(
        $"{errors} {(errors == 1 ? "error" : "errors")}, {warnings} {(warnings == 1 ? "warning" : "warnings")}, {notes} {(notes == 1 ? "note" : "notes")}",
        $"{errors} 个错误，{warnings} 个警告，{notes} 条提示");
}
