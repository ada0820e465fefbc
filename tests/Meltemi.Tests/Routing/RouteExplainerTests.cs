using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Routing;
using Meltemi.Proxy.Routing.Explaining;
using static Meltemi.Tests.Routing.Routes;

namespace Meltemi.Tests.Routing;

public class RouteExplainerTests
{
    private static readonly string[] Names = ["interface", "method", "user"];

    [Fact]
    public void Every_route_is_told_with_what_it_wants_and_what_it_found()
    {
        var table = Table(
            Route("jason", Exact("interface", "org.Cart"), Exact("user", "jason")),
            Route("reads", new AttributeMatch("method", new PrefixMatch("get"))) with
            {
                Clusters = [new("v1", 90), new("v2", 10)],
                HashPolicies = [new("session"), new("user", Terminal: true), new("method"), new(null)],
                Timeout = TimeSpan.FromSeconds(2),
            },
            Route("rest"));
        var explained = RouteExplainer.Explain(table, new Dictionary<string, string> { ["interface"] = "org.Cart", ["method"] = "getAll", ["user"] = "ann" });

        Assert.Equal([RouteOutcome.Refused, RouteOutcome.Taken, RouteOutcome.TooLate], explained.Steps.Select(step => step.Outcome));
        Assert.Equal(
            [("interface is \"org.Cart\"", "org.Cart", true), ("user is \"jason\"", "ann", false)],
            explained.Steps[0].Conditions.Select(condition => (condition.Wanted, condition.Found, condition.Holds)));
        Assert.Equal("reads", explained.Result!.Route.Name);
        Assert.Equal([new ClusterShare("v1", 90, 0.9), new ClusterShare("v2", 10, 0.1)], explained.Result.Clusters.ToArray());
        Assert.Equal([(null, false), ("ann", true), ("getAll", false), (null, false)], explained.Result.Hashes.Select(hash => (hash.Found, hash.Counts)));
    }

    [Fact]
    public void No_route_is_an_answer()
    {
        var explained = RouteExplainer.Explain(Table(Route("a", Exact("user", "x"))), new Dictionary<string, string>());
        Assert.Null(explained.Result);
        Assert.Equal((null, false), (explained.Steps[0].Conditions[0].Found, explained.Steps[0].Conditions[0].Holds));
        Assert.Empty(RouteExplainer.Explain(Table(), new Dictionary<string, string>()).Steps);
    }

    public static TheoryData<ValueMatch, string, string> Words => new()
    {
        { new ExactMatch("a"), "u is \"a\"", "u is not \"a\"" },
        { new ExactMatch("a", true), "u is \"a\" in any case", "u is not \"a\" in any case" },
        { new PrefixMatch("a"), "u starts with \"a\"", "u does not start with \"a\"" },
        { new SuffixMatch("a"), "u ends with \"a\"", "u does not end with \"a\"" },
        { new ContainsMatch("a"), "u contains \"a\"", "u does not contain \"a\"" },
        { new RegexMatch("a+"), "u matches a+", "u does not match a+" },
        { new RangeMatch(1, 5), "u is a number from 1 up to, not including, 5", "u is not a number from 1 up to, not including, 5" },
        { new PresentMatch(), "u is there", "u is missing" },
        { new PresentMatch(false), "u is missing", "u is there" },
    };

    [Theory]
    [MemberData(nameof(Words))]
    public void Conditions_are_told_in_words(ValueMatch value, string plain, string inverted)
    {
        Assert.Equal(plain, ConditionText.Of(new("u", value)));
        Assert.Equal(inverted, ConditionText.Of(new("u", value, Invert: true)));
        Assert.Equal($"{plain}, missing counts as empty", ConditionText.Of(new("u", value, MissingAsEmpty: true)));
    }

    [Theory]
    [InlineData("0", "v1")]
    [InlineData("89", "v1")]
    [InlineData("90", "v2")]
    [InlineData("100", "v1")]
    [InlineData("18446744073709551615", "v1")]
    [InlineData("x", null)]
    [InlineData("9x", null)]
    [InlineData("", null)]
    public void Where_a_number_decides_between_clusters_all_choose_alike(string number, string? expected)
    {
        var route = Route("split") with { Clusters = [new("v1", 90), new("none", 0), new("v2", 10)], SplitAttribute = "draw" };
        var table = Table([route]);
        var keys = new AttributeKeys(RouteTable.WantedKeys(table));
        var compiled = RouteTable.Compile(table, keys);
        var message = new Message(keys).Set([("draw", number)]);
        var chosen = new[] { 0ul, ulong.MaxValue }
            .Select(random => compiled.ClusterNames[compiled.Routes[0].PickCluster(message.Bytes, message.Values, null, random, out _)]).Distinct().ToArray();

        Assert.Equal(expected is null ? ["v1", "v2"] : [expected], chosen);
        Assert.Equal(expected, RouteExplainer.Explain(table, new Dictionary<string, string> { ["draw"] = number }).Result!.Chosen);
    }

    [Fact]
    public void Where_the_hash_decides_between_clusters_the_explanation_names_the_one()
    {
        var route = Route("split") with { Clusters = [new("v1", 50), new("v2", 50)], HashPolicies = [new("user")], SplitsByHash = true };
        var table = Table([route]);
        var keys = new AttributeKeys(RouteTable.WantedKeys(table));
        var compiled = RouteTable.Compile(table, keys);
        var chosen = new HashSet<string>();
        for (var i = 0; i < 20; i++)
        {
            var message = new Message(keys).Set([("user", $"{i}")]);
            var cluster = compiled.ClusterNames[compiled.Routes[0].PickCluster(message.Bytes, message.Values, null, random: 0, out _)];
            Assert.Equal(cluster, RouteExplainer.Explain(table, new Dictionary<string, string> { ["user"] = $"{i}" }).Result!.Chosen);
            chosen.Add(cluster);
        }

        Assert.Equal(2, chosen.Count);
        Assert.Null(RouteExplainer.Explain(table, new Dictionary<string, string>()).Result!.Chosen);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 12)]
    [InlineData(3, 60)]
    [InlineData(4, 400)]
    public void The_explanation_names_the_route_that_the_router_takes(int seed, int size)
    {
        var random = new Random(seed);
        var winners = new HashSet<string?>();
        for (var round = 0; round < Math.Clamp(600 / size, 3, 60); round++)
        {
            var table = Table([.. Enumerable.Range(0, size).Select(i => Route($"{i}", [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Condition(random))]))]);
            var keys = new AttributeKeys(RouteTable.WantedKeys(table));
            var compiled = RouteTable.Compile(table, keys);
            for (var i = 0; i < 20; i++)
            {
                var attributes = Names.Where(_ => random.Next(4) > 0).ToDictionary(name => name, _ => Value(random));
                var message = new Message(keys).Set(attributes.Select(pair => (pair.Key, pair.Value)));
                var expected = compiled.Match(message.Bytes, message.Values);
                var explained = RouteExplainer.Explain(table, attributes);
                Assert.Equal(expected?.Name, explained.Result?.Route.Name);
                Assert.Equal(expected?.Position, explained.Steps.SingleOrDefault(step => step.Outcome == RouteOutcome.Taken)?.Position);
                winners.Add(expected?.Name);
            }
        }

        Assert.True(winners.Count >= 3);
    }

    private static string Value(Random random) => random.Next(6) switch { 0 => "", 1 => "12", _ => $"v{random.Next(6)}" };

    private static AttributeMatch Condition(Random random)
    {
        var value = Value(random);
        ValueMatch match = random.Next(8) switch
        {
            0 => new PrefixMatch(value, random.Next(2) == 0),
            1 => new SuffixMatch(value),
            2 => new ContainsMatch(value, random.Next(2) == 0),
            3 => new RegexMatch("v[0-3]"),
            4 => new RangeMatch(random.Next(12), 13),
            5 => new PresentMatch(random.Next(2) == 0),
            _ => new ExactMatch(value, random.Next(4) == 0),
        };
        return new(Names[random.Next(Names.Length)], match, random.Next(5) == 0, random.Next(5) == 0);
    }
}
