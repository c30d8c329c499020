using EniAgent.Tests.Configuration;
using YamlDotNet.RepresentationModel;

namespace EniAgent.Tests.Documents;

/// <summary>docs/recipes: what is copied from there can be read by those for whom it is, and by the agent. ansible-playbook checks the playbook in the integration tests.</summary>
public class RecipeTests
{
    [Fact]
    public void User_data_are_what_cloud_init_reads()
    {
        var text = RepositoryFolder.Read("docs/recipes/user-data.yml");
        var data = (YamlMappingNode)Parse(text);

        Assert.StartsWith("#cloud-config\n", text, StringComparison.Ordinal);
        Assert.Equal(["write_files", "runcmd"], data.Children.Keys.Select(key => key.ToString()));
        Assert.All((YamlSequenceNode)data["runcmd"], command => Assert.All((YamlSequenceNode)command, word => Assert.IsType<YamlScalarNode>(word)));
        foreach (var file in (YamlSequenceNode)data["write_files"])
        {
            IsGoodConfiguration(file["content"].ToString());
        }
    }

    [Fact]
    public void The_playbook_rolls_out_in_steps_and_its_configuration_is_good()
    {
        var play = Assert.Single((YamlSequenceNode)Parse(RepositoryFolder.Read("docs/recipes/eni-agent.yml")));

        Assert.Equal("0", play["max_fail_percentage"].ToString());
        Assert.Equal("1", play["serial"][0].ToString());
        IsGoodConfiguration(play["vars"]["configuration"].ToString());
    }

    private static void IsGoodConfiguration(string text)
    {
        using var folder = new ConfigurationFolder().With(text);
        Assert.NotNull(folder.Loaded().Options);
    }

    private static YamlNode Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return Assert.Single(stream.Documents).RootNode;
    }
}
