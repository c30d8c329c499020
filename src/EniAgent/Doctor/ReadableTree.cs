using EniAgent.Persistence.Files;

namespace EniAgent.Doctor;

/// <summary>Files as far as whoever looks may read them: a folder that may not be listed counts as empty, and is noted.</summary>
/// <param name="files">The files.</param>
/// <param name="notSeen">Where folders are noted that may not be listed.</param>
internal sealed class ReadableTree(IFileTree files, List<string> notSeen) : IFileTree
{
    public IReadOnlyList<string> List(string folder)
    {
        try
        {
            return files.List(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!notSeen.Contains(folder))
            {
                notSeen.Add(folder);
            }

            return [];
        }
    }

    public bool HasFolder(string folder) => files.HasFolder(folder);

    public FileContent Read(string path) => files.Read(path);
}
