using System.Text.RegularExpressions;
using Meltemi.RateLimit.Figures;
using Meltemi.RateLimit.Rules;
using Meltemi.Tests.Support;

namespace Meltemi.Tests.RateLimit;

/// <summary>What docs/traffic-policies.md says of the rate limit service is so.</summary>
public class PageTests
{
    private static readonly string Section = Regex.Match(
        File.ReadAllText(Path.Combine(Repository.Root, "docs", "traffic-policies.md")), "^## Rate limit service\n(.*?)(?=^## |\\z)", RegexOptions.Multiline | RegexOptions.Singleline).Value;

    [Fact]
    public void The_example_has_no_problems()
    {
        var text = Regex.Match(Section, "^```yaml\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline).Groups[1].Value;
        var read = RuleFiles.Read([("example.yaml", text)]);
        Assert.Empty(read.Problems.Select(problem => problem.Problem.ToString()));
        Assert.Equal(100u, read.Rules!.Find("shop", RuleReaderTests.Parse("method=buy"))!.RequestsPerUnit);
    }

    [Fact]
    public void The_figures_have_the_names_that_it_gives()
    {
        var figures = new ServerFigures().ToPrometheus();
        foreach (Match name in Regex.Matches(Section, "`((?:ratelimit_service_\\w+|within_limit|near_limit|over_limit\\w*|shadow_mode))`"))
            Assert.Contains($"{name.Groups[1].Value}", figures, StringComparison.Ordinal);
    }
}
