using Meltemi.ControlPlane.Tests.Translation.Support;

namespace Meltemi.ControlPlane.Tests.Translation.Routes;

/// <summary>Conditions on attributes, judged by the real proxy.</summary>
public class AttributeMatchTests
{
    [Theory]
    [InlineData("exact: gold", "gold", true)]
    [InlineData("exact: gold", "Gold", false)]
    [InlineData("exact: gold", null, false)]
    [InlineData("exact: gold, ignoreCase: true", "GOLD", true)]
    [InlineData("exact: gold, invert: true", "gold", false)]
    [InlineData("exact: gold, invert: true", "silver", true)]
    [InlineData("exact: gold, invert: true", null, true)]
    [InlineData("prefix: go", "gold", true)]
    [InlineData("prefix: go", "ego", false)]
    [InlineData("prefix: GO, ignoreCase: true", "gold", true)]
    [InlineData("suffix: ld", "gold", true)]
    [InlineData("suffix: ld", "golden", false)]
    [InlineData("suffix: LD, ignoreCase: true", "gold", true)]
    [InlineData("contains: ol", "gold", true)]
    [InlineData("contains: ol", "golf", true)]
    [InlineData("contains: OL, ignoreCase: true", "gold", true)]
    [InlineData("contains: x", "gold", false)]
    [InlineData("regex: g.*d", "gold", true)]
    [InlineData("regex: g.*l", "gold", false)]
    [InlineData("regex: G.*D, ignoreCase: true", "gold", true)]
    [InlineData("range: { start: 10, end: 20 }", "10", true)]
    [InlineData("range: { start: 10, end: 20 }", "20", false)]
    [InlineData("range: { start: 10, end: 20 }", "ten", false)]
    [InlineData("range: { start: 10, end: 20 }, invert: true", "20", true)]
    [InlineData("range: { start: 10, end: 20 }, invert: true", null, true)]
    [InlineData("present: true", "", true)]
    [InlineData("present: true", null, false)]
    [InlineData("present: false", null, true)]
    [InlineData("present: false", "gold", false)]
    [InlineData("present: false, invert: true", "gold", true)]
    [InlineData("", "gold", true)]
    [InlineData("", null, false)]
    [InlineData("invert: true", null, true)]
    [InlineData("invert: true", "gold", false)]
    [InlineData("exact: ''", "gold", true)]
    [InlineData("prefix: ''", "gold", true)]
    [InlineData("suffix: ''", null, false)]
    [InlineData("contains: ''", "gold", true)]
    [InlineData("regex: '*'", "gold", true)]
    [InlineData("regex: '*'", null, false)]
    public void A_condition_holds_or_not(string condition, string? value, bool holds)
    {
        var proxy = DemoService.Route($"match: {{ attributes: {{ level: {{ {condition} }} }} }}").Proxy();

        Assert.Equal(holds, proxy.Match(value is null ? [] : [("level", value)]) is not null);
    }

    [Fact]
    public void All_conditions_must_hold()
    {
        var proxy = DemoService.Route("match: { attributes: { method: { exact: pay }, user: { prefix: j } } }").Proxy();

        Assert.NotNull(proxy.Match(("method", "pay"), ("user", "jason")));
        Assert.Null(proxy.Match(("method", "pay"), ("user", "kim")));
        Assert.Null(proxy.Match(("user", "jason")));
    }

    [Fact]
    public void The_order_of_the_attributes_in_the_file_makes_no_other_message()
    {
        var one = DemoService.Route("match: { attributes: { method: { exact: pay }, user: { prefix: j } } }").Translate();
        var other = DemoService.Route("match: { attributes: { user: { prefix: j }, method: { exact: pay } } }").Translate();

        Assert.Equal(one.Message, other.Message);
    }

    [Fact]
    public void A_route_whose_expression_is_broken_is_left_out_and_the_others_stay()
    {
        var mesh = DemoService.Broken($$"""
            routes:
            - name: broken
              match: { attributes: { user: { regex: 'a(b' } } }
              route: [{ destination: { host: {{DemoService.Host}}, subset: v2 } }]
            - name: good
              route: [{ destination: { host: {{DemoService.Host}}, subset: v1 } }]
            """);

        Assert.Equal("good", mesh.OnlyRoute().Name);
        Assert.StartsWith("Accepted spec.routes[0].match.attributes[user].regex: not a regular expression", Assert.Single(mesh.Messages));
    }
}
