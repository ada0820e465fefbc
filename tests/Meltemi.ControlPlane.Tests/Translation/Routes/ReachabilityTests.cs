using Meltemi.ControlPlane.Tests.Translation.Support;
using static Meltemi.ControlPlane.Tests.Translation.Support.DemoService;

namespace Meltemi.ControlPlane.Tests.Translation.Routes;

/// <summary>Routes that an earlier one leaves nothing for.</summary>
public class ReachabilityTests
{
    [Theory]
    [InlineData("exact: pay", "exact: pay", true)]
    [InlineData("exact: pay", "exact: buy", false)]
    [InlineData("exact: pay", "prefix: p", false)]
    [InlineData("prefix: p", "exact: pay", true)]
    [InlineData("prefix: p", "prefix: pa", true)]
    [InlineData("prefix: pa", "prefix: p", false)]
    [InlineData("suffix: y", "suffix: ay", true)]
    [InlineData("suffix: y", "exact: pay", true)]
    [InlineData("contains: a", "exact: pay", true)]
    [InlineData("contains: a", "prefix: pay", true)]
    [InlineData("contains: a", "suffix: ay", true)]
    [InlineData("contains: a", "contains: ay", true)]
    [InlineData("contains: ay", "contains: a", false)]
    [InlineData("prefix: P, ignoreCase: true", "prefix: pa", true)]
    [InlineData("prefix: p", "prefix: pa, ignoreCase: true", false)]
    [InlineData("exact: PAY, ignoreCase: true", "exact: pay, ignoreCase: true", true)]
    [InlineData("regex: p.*", "exact: pay", true)]
    [InlineData("regex: p.*", "regex: p.*", true)]
    [InlineData("regex: p.*", "prefix: pa", false)]
    [InlineData("present: true", "exact: pay", true)]
    [InlineData("present: true", "range: { start: 1, end: 2 }", true)]
    [InlineData("present: true", "exact: pay, invert: true", false)]
    [InlineData("present: false", "exact: pay", false)]
    [InlineData("range: { start: 1, end: 9 }", "range: { start: 2, end: 3 }", true)]
    [InlineData("range: { start: 1, end: 9 }", "range: { start: 2, end: 30 }", false)]
    [InlineData("range: { start: 1, end: 9 }", "exact: '5'", true)]
    [InlineData("exact: pay, invert: true", "exact: buy", true)]
    [InlineData("exact: pay, invert: true", "exact: pay", false)]
    [InlineData("exact: pay, invert: true", "prefix: b", true)]
    [InlineData("exact: pay, invert: true", "prefix: p", false)]
    [InlineData("prefix: p, invert: true", "prefix: b", true)]
    [InlineData("prefix: p, invert: true", "prefix: pa", false)]
    [InlineData("range: { start: 1, end: 9 }, invert: true", "range: { start: 10, end: 20 }", true)]
    [InlineData("exact: pay, invert: true", "present: false", true)]
    public void The_second_of_two_conditions_on_an_attribute(string first, string second, bool covered)
    {
        var mesh = Mesh($$"""
            routes:
            - name: first
              match: { attributes: { method: { {{first}} } } }
              route: [{ destination: { host: {{Host}}, subset: v1 } }]
            - name: second
              match: { attributes: { method: { {{second}} }, user: { exact: jason } } }
              route: [{ destination: { host: {{Host}}, subset: v2 } }]
            """);

        Assert.Equal(
            covered ? ["Warning spec.routes[1]: never reached: the route 'first' before it matches all that it could match"] : [],
            mesh.Analyze());
    }

    [Fact]
    public void Behind_a_route_without_conditions_nothing_is_reached()
    {
        var mesh = Mesh($$"""
            routes:
            - route: [{ destination: { host: {{Host}}, subset: v1 } }]
            - match: { attributes: { method: { exact: pay } } }
              route: [{ destination: { host: {{Host}}, subset: v2 } }]
            """);

        Assert.Equal(["Warning spec.routes[1]: never reached: spec.routes[0] before it matches everything"], mesh.Analyze());
    }

    [Theory]
    [InlineData("app: cart", "app: cart", true)]
    [InlineData("app: cart", "app: shop", false)]
    [InlineData("app: cart", "app: cart, version: v1", true)]
    [InlineData("app: cart, version: v1", "app: cart", false)]
    public void A_route_for_some_clients_only_covers_routes_for_the_same(string first, string second, bool covered)
    {
        var mesh = Mesh($$"""
            routes:
            - match: { sourceLabels: { {{first}} } }
              route: [{ destination: { host: {{Host}}, subset: v1 } }]
            - match: { sourceLabels: { {{second}} } }
              route: [{ destination: { host: {{Host}}, subset: v2 } }]
            """);

        Assert.Equal(covered ? 1 : 0, mesh.Analyze().Count());
    }

    [Fact]
    public void An_empty_range_is_worth_a_warning() =>
        Assert.Equal(
            ["Warning spec.routes[0].match.attributes[level].range: the range is empty: its end 5 is the first number behind it"],
            BrokenRoute("match: { attributes: { level: { range: { start: 5, end: 5 } } } }").Analyze());
}
