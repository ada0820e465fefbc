using Meltemi.ControlPlane.Services;

namespace Meltemi.ControlPlane.Tests.Services;

public sealed class VisibilityTests
{
    [Theory]
    [InlineData("", true, true)]
    [InlineData("*", true, true)]
    [InlineData(".", true, false)]
    [InlineData("bank", false, true)]
    [InlineData(".,bank", true, true)]
    [InlineData("~", false, false)]
    public void ExportTo_says_who_sees_it(string exportTo, bool shop, bool bank)
    {
        var visibility = Visibility.Parse(exportTo.Split(',', StringSplitOptions.RemoveEmptyEntries), "shop");

        Assert.Equal((shop, bank), (visibility.Includes("shop"), visibility.Includes("bank")));
        Assert.Equal(shop || bank, visibility.Overlaps(Visibility.Public));
        Assert.Equal(bank, visibility.Overlaps(Visibility.Parse(["bank"], "x")));
    }

    [Theory]
    [InlineData("*", "a.org", true)]
    [InlineData("*.org", "a.org", true)]
    [InlineData("*.org", "org", false)]
    [InlineData("*.org", "a.net", false)]
    [InlineData("*.org", "*.org", true)]
    [InlineData("a.org", "a.org", true)]
    public void Host_patterns_cover_hosts(string pattern, string host, bool covers) => Assert.Equal(covers, HostNames.Matches(pattern, host));

    [Fact]
    public void A_selector_takes_those_that_have_all_its_labels()
    {
        var labels = LabelSet.From([new("app", "cart"), new("version", "v1")]);

        Assert.True(LabelSet.From([new("app", "cart")]).Selects(labels));
        Assert.True(LabelSet.Empty.Selects(labels));
        Assert.False(LabelSet.From([new("app", "cart"), new("version", "v2")]).Selects(labels));
        Assert.Equal(LabelSet.From([new("version", "v1"), new("app", "cart")]), labels);
        Assert.Equal("v3", labels.With(LabelSet.From([new("version", "v3")]))["version"]);
    }
}
