namespace EniAgent.Chaos.Deeds;

/// <summary>What others do to files.</summary>
internal static class FileDeeds
{
    public static Dictionary<string, Catalogue.Entry> All { get; } = new()
    {
        ["spoil-memory"] = new(1, SpoilAsync),
        ["remove-file"] = new(1, RemoveAsync),
        ["edit-file"] = new(1, EditAsync),
    };

    // What is only there to be faster.
    private static Task SpoilAsync(World world, int a, int b)
    {
        string[] names = ["snapshot.json", "status.json"];
        var path = Path.Combine(world.Agent.Root, "run/eni-agent", names[a % names.Length]);
        if (b % 2 == 0)
        {
            File.Delete(path);
        }
        else
        {
            File.WriteAllText(path, "{ \"version\": 1, ");
        }

        return Task.CompletedTask;
    }

    private static Task RemoveAsync(World world, int a, int b)
    {
        var files = world.Files.Where(file => !file.EndsWith("ifcfg-eth0", StringComparison.Ordinal)).ToList();
        if (files.Count > 0)
        {
            File.Delete(files[a % files.Count]);
        }

        return Task.CompletedTask;
    }

    // An administrator's line is kept from then on. Editors write a new file: what is appended to one that is just being replaced goes to nobody's.
    private static Task EditAsync(World world, int a, int b)
    {
        var line = $"CHAOS{world.NextNumber()}=yes";
        var edited = world.PrimaryFile + "~";
        File.WriteAllText(edited, File.ReadAllText(world.PrimaryFile) + line + "\n");
        File.Move(edited, world.PrimaryFile, overwrite: true);
        world.Lines.Add(line);
        return Task.CompletedTask;
    }
}
