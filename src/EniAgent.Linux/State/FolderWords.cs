using EniAgent.Core.Wording;

namespace EniAgent.Linux.State;

/// <summary>Why a folder is not believed.</summary>
internal static class FolderWords
{
    public static Sentence BelongsTo(string path, uint user) => new($"{path} belongs to user {user}", $"{path} 属于用户 {user}");

    public static Sentence NoFolder(string path) => new($"{path} is no folder", $"{path} 不是目录");

    public static Sentence WritableByOthers(string path) => new($"{path} may be written by others than its owner", $"{path} 可被属主以外的用户写入");
}
