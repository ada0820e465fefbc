using Meltemi.Resources;

namespace Meltemi.ControlPlane.Tests.Resources;

/// <summary>Files as Istio's and Aeraki's documentation and samples show them are accepted as they are.</summary>
public class SampleTests
{
    public static TheoryData<string> Names => [.. Samples.All().Select(sample => sample.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sample_has_no_problems_but_what_is_not_implemented_yet(string name)
    {
        var all = ResourceText.Parse(Text(name));
        Assert.NotEmpty(all);
        foreach (var parsed in all)
        {
            Assert.DoesNotContain(parsed.Problems, problem => !problem.Message.EndsWith("not implemented yet, ignored", StringComparison.Ordinal)
                && !problem.Message.StartsWith("nothing acts on this kind", StringComparison.Ordinal));
            Assert.NotNull(parsed.Resource);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sample_survives_being_written_as_yaml_and_as_json(string name)
    {
        foreach (var resource in ResourceText.Parse(Text(name)).Select(parsed => parsed.Resource!))
        {
            var yaml = Reading.Good(ResourceText.ToYaml(resource));
            var json = ResourceText.FromJson(ResourceText.ToJson(resource)).Resource!;
            Assert.Equal(resource.Kept(), yaml.Kept());
            Assert.Equal(resource.Kept(), json.Kept());
            Assert.Equal(resource.Spec, yaml.Spec);
            Assert.Equal(resource.Spec, json.Spec);
        }
    }

    [Fact]
    public void Every_kind_has_a_sample() => Assert.Equal(
        ResourceKinds.All.Select(kind => kind.Name).Order(),
        Samples.All().SelectMany(sample => ResourceText.Parse(sample.Text)).Select(parsed => parsed.Kind!.Name).Distinct().Order());

    private static string Text(string name) => Samples.All().Single(sample => sample.Name == name).Text;
}
