using Meltemi.Program;
using Meltemi.Program.Demo;
using Meltemi.Program.Demo.Resources;
using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Program.Demo;

public class FileTests
{
    [Fact]
    public void An_untouched_directory_goes_and_a_touched_or_named_one_stays()
    {
        var untouched = new MeshFiles(null);
        untouched.Write("a.yaml", "a: 1\n");
        untouched.Write("a.yaml", "a: 2\n");
        Assert.True(untouched.IsAsWritten("a.yaml"));
        untouched.Dispose();
        Assert.False(untouched.IsKept);

        var edited = new MeshFiles(null);
        edited.Write("a.yaml", "a: 1\n");
        File.AppendAllText(Path.Combine(edited.Path, "a.yaml"), "b: 2\n");
        edited.Dispose();
        Assert.True(edited.IsKept);

        var added = new MeshFiles(Path.Combine(edited.Path, "more"));
        added.Write("a.yaml", "a: 1\n");
        added.Dispose();
        Assert.True(added.IsKept);
        Directory.Delete(edited.Path, recursive: true);

        var extended = new MeshFiles(null);
        extended.Write("a.yaml", "a: 1\n");
        File.WriteAllText(Path.Combine(extended.Path, "b.yaml"), "b: 2\n");
        extended.Dispose();
        Assert.True(extended.IsKept);
        Directory.Delete(extended.Path, recursive: true);
    }

    [Fact]
    public void A_place_that_is_none_is_told() =>
        Assert.Throws<CommandFailedException>(() => new MeshFiles("/proc/demo"));

    [Theory]
    [InlineData(90, 10, 10)]
    [InlineData(3, 1, 25)]
    [InlineData(2, 1, null)]
    [InlineData(0, 1, 100)]
    public void Rules_are_read_from_weights(uint v1, uint v2, int? percent)
    {
        var canary = Route(("v1", v1), ("v2", v2));
        Assert.Equal(percent is { } value ? new DemoRules(value) : null, RouteReader.Rules(new() { Routes = [canary] }));
    }

    [Fact]
    public void The_rule_for_jason_is_read_and_others_are_not_taken_for_it()
    {
        var jason = Route(("v2", 1)) with { Match = [new AttributeMatch("user", new ExactMatch(DemoRules.Jason))] };
        var ann = Route(("v2", 1)) with { Match = [new AttributeMatch("user", new ExactMatch("ann"))] };
        var all = Route(("v1", 1));
        Assert.Equal(new DemoRules(0, JasonToV2: true), RouteReader.Rules(new() { Routes = [jason, all] }));
        Assert.Null(RouteReader.Rules(new() { Routes = [ann, all] }));
        Assert.Null(RouteReader.Rules(new() { Routes = [jason] }));
        Assert.Equal(["user = ann -> v2", "all others -> v1"], RouteReader.Lines(new() { Routes = [ann, all] }));
    }

    private static RouteConfig Route(params (string Subset, uint Weight)[] shares) =>
        new() { Clusters = [.. shares.Select(share => new WeightedCluster($"outbound|1|{share.Subset}|dubbo.demo", share.Weight))] };
}
