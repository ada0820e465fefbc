using Meltemi.ControlPlane.Tests.Translation.Support;
using Meltemi.ControlPlane.Translation.Routes;
using static Meltemi.ControlPlane.Tests.Translation.Support.DemoService;
using HeaderMatcher = Envoy.Config.Route.V3.HeaderMatcher;

namespace Meltemi.ControlPlane.Tests.Translation.Routes;

/// <summary>What must hold for all conditions and tables: tried on random ones over so few letters that they meet.</summary>
public class MatchProperties
{
    private static readonly string?[] Values = [null, "", "a", "b", "ab", "ba", "aab", "A", "AB", "bAb", "1", "5", "9", "15"];

    [Fact]
    public void The_control_plane_judges_conditions_as_the_proxy_does_and_never_claims_too_much()
    {
        var random = new Random(20);
        var conditions = Enumerable.Range(0, 150).Select(_ => Condition(random)).Distinct().ToArray();
        var routes = string.Join('\n', conditions.Select((text, i) =>
            $"- name: r{i}\n  match: {{ attributes: {{ x{i}: {{ {text} }} }} }}\n  route: [{{ destination: {{ host: {Host} }} }}]"));
        var matchers = Mesh($"routes:\n{routes}").Translate().Message.VirtualHosts[0].Routes.Select(route => Assert.Single(route.Match.Headers)).ToArray();

        // Each alone in a table of the real proxy.
        for (var i = 0; i < matchers.Length; i++)
        {
            var proxy = Route($"match: {{ attributes: {{ x: {{ {conditions[i]} }} }} }}").Proxy();
            foreach (var value in Values)
                Assert.Equal(proxy.Match(value is null ? [] : [("x", value)]) is not null, MatchSets.Holds(matchers[i], value));
        }

        foreach (var one in matchers)
            foreach (var other in matchers)
                if (Claims(one, other))
                    Assert.All(Values, value => Assert.True(!MatchSets.Holds(one, value) || MatchSets.Holds(other, value), $"{one} is not within {other} for '{value}'"));
    }

    [Fact]
    public void The_first_route_that_matches_wins_however_the_proxy_finds_it()
    {
        var random = new Random(21);
        for (var round = 0; round < 10; round++)
        {
            var mesh = Mesh($"routes:\n{string.Join('\n', Enumerable.Range(0, 60).Select(i => RandomRoute(random, i)))}");
            var (proxy, routes) = (mesh.Proxy(), mesh.Translate().Message.VirtualHosts[0].Routes);
            for (var message = 0; message < 100; message++)
            {
                (string Name, string Value)[] attributes = [.. new[] { "x", "y", "z" }
                    .Select(name => (name, Values[random.Next(Values.Length)]))
                    .Where(pair => pair.Item2 is not null)!];
                var first = routes.FirstOrDefault(route =>
                    route.Match.Headers.All(header => MatchSets.Holds(header, attributes.FirstOrDefault(pair => pair.Name == header.Name).Value)));
                Assert.Equal(first?.Name, proxy.Match(attributes)?.Name);
            }
        }
    }

    [Fact]
    public void Whatever_the_weights_each_cluster_gets_its_share()
    {
        var random = new Random(22);
        for (var round = 0; round < 20; round++)
        {
            var old = random.Next(1, 100);
            var spread = Mesh($$"""
                routes:
                - route:
                  - { destination: { host: {{Host}}, subset: v1 }, weight: {{old}} }
                  - { destination: { host: {{Host}}, subset: v2 }, weight: {{100 - old}} }
                """).Proxy().Spread(10_000);

            Assert.InRange(spread[V1], old * 100 - 1, old * 100 + 1);
            Assert.Equal(10_000, spread.Values.Sum());
        }
    }

    private static bool Claims(HeaderMatcher one, HeaderMatcher other)
    {
        var (a, b) = (one.Clone(), other.Clone());
        a.Name = b.Name = "x";
        return MatchSets.Implies(a, b);
    }

    private static string RandomRoute(Random random, int i)
    {
        var names = new[] { "x", "y", "z" }.Where(_ => random.Next(2) == 0);
        var attributes = string.Join(", ", names.Select(name => $"{name}: {{ {(random.Next(3) > 0 ? $"exact: '{Word(random)}'" : Condition(random))} }}"));
        return $"- name: r{i}\n  match: {{ attributes: {{ level: {{ present: false }}, {attributes} }} }}\n  route: [{{ destination: {{ host: {Host} }} }}]";
    }

    private static string Condition(Random random)
    {
        var invert = random.Next(3) == 0 ? ", invert: true" : "";
        var fold = random.Next(3) == 0 ? ", ignoreCase: true" : "";
        return random.Next(7) switch
        {
            0 => $"exact: '{Word(random)}'{fold}{invert}",
            1 => $"prefix: '{Word(random)}'{fold}{invert}",
            2 => $"suffix: '{Word(random)}'{fold}{invert}",
            3 => $"contains: '{Word(random)}'{fold}{invert}",
            4 => $"regex: '{Word(random)}.*'{fold}{invert}",
            5 => $"present: {(random.Next(2) == 0 ? "true" : "false")}{invert}",
            _ => $"range: {{ start: {random.Next(10)}, end: {random.Next(10, 20)} }}{invert}",
        };
    }

    private static string Word(Random random) => string.Concat(Enumerable.Range(0, random.Next(1, 3)).Select(_ => "abAB"[random.Next(4)]));
}
