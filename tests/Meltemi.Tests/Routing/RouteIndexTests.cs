using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Routing;
using static Meltemi.Tests.Routing.Routes;

namespace Meltemi.Tests.Routing;

public class RouteIndexTests
{
    private static readonly string[] Names = ["interface", "method", "user", "version", "group"];

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 40)]
    [InlineData(3, 40)]
    [InlineData(4, 300)]
    [InlineData(5, 300)]
    [InlineData(6, 2000)]
    public void The_index_answers_as_the_scan_does(int seed, int size)
    {
        var random = new Random(seed);
        var indexed = 0;
        var winners = new HashSet<string?>();
        var rounds = Math.Clamp(4000 / size, 4, 20);
        for (var round = 0; round < rounds; round++)
        {
            // Small ranges of values make many routes match a message, so that the order is what is tested.
            var values = random.Next(2, 60);
            var config = Table([.. Enumerable.Range(0, size).Select(i => Route($"{i}", Conditions(random, values)))]);
            var keys = new AttributeKeys(RouteTable.WantedKeys(config));
            var table = RouteTable.Compile(config, keys);
            if (RouteIndexBuilder.Build(config.Routes, keys) is not null) indexed++;
            var message = new Message(keys);
            for (var i = 0; i < 200; i++)
            {
                message.Set(Names.Where(_ => random.Next(4) > 0).Select(name => (name, Value(random, values))));
                var expected = table.Scan(message.Bytes, message.Values);
                Assert.Same(expected, table.Match(message.Bytes, message.Values));
                winners.Add(expected?.Name);
            }
        }

        // Of forty random routes there may be no eight that one table serves.
        Assert.InRange(indexed, size >= 40 ? rounds - 2 : 0, size >= 40 ? rounds : 0);
        Assert.InRange(winners.Count, Math.Min(size, 10), int.MaxValue);
    }

    [Fact]
    public void Thousands_of_exact_routes_are_found_whatever_their_shape()
    {
        var routes = new List<RouteConfig>();
        for (var i = 0; i < 3000; i++) routes.Add(Route($"pair{i}", Exact("interface", $"i{i % 30}"), Exact("method", $"m{i}")));
        for (var i = 0; i < 30; i++) routes.Add(Route($"one{i}", Exact("interface", $"i{i}")));
        routes.Add(Route("ann", Exact("user", "ann")));
        routes.Add(Route("rest"));
        var config = Table([.. routes]);

        Assert.Equal("pair1234", Match(config, ("interface", "i4"), ("method", "m1234")));
        Assert.Equal("one4", Match(config, ("interface", "i4"), ("method", "m1235")));
        Assert.Equal("ann", Match(config, ("interface", "other"), ("user", "ann")));
        Assert.Equal("rest", Match(config));
    }

    [Fact]
    public void Values_of_one_pair_are_not_taken_for_those_of_another()
    {
        // "ab" + "c" and "a" + "bc".
        var routes = Enumerable.Range(0, 20).Select(i => Route($"{i}", Exact("interface", "ab"), Exact("method", $"c{i}"))).ToArray();
        Assert.Null(Match(Table(routes), ("interface", "a"), ("method", "bc3")));
        Assert.Equal("3", Match(Table(routes), ("interface", "ab"), ("method", "c3")));
    }

    [Fact]
    public void A_missing_attribute_finds_the_routes_that_take_it_for_empty()
    {
        var routes = Enumerable.Range(0, 20).Select(i => Route($"{i}", Exact("user", $"u{i}")))
            .Append(Route("strict", Exact("user", "")))
            .Append(Route("lax", new AttributeMatch("user", new ExactMatch(""), MissingAsEmpty: true))).ToArray();
        Assert.Equal("lax", Match(Table(routes)));
        Assert.Equal("strict", Match(Table(routes), ("user", "")));
    }

    [Fact]
    public void Matching_allocates_nothing()
    {
        var routes = Enumerable.Range(0, 200).Select(i => Route($"{i}", Exact("interface", $"i{i}"), Exact("method", "m")))
            .Append(Route("regex", new AttributeMatch("interface", new RegexMatch("x.*[0-9]"))))
            .Append(Route("case", new("interface", new ContainsMatch("Foo", true)), new("method", new RangeMatch(1, 5))))
            .ToArray();
        var config = Table(routes);
        var keys = new AttributeKeys(RouteTable.WantedKeys(config));
        var table = RouteTable.Compile(config, keys);
        var messages = new[] { "i7", "xyz9", "a-fOO-b" }
            .Select(name => new Message(keys).Set(("interface", name), ("method", "4"))).ToArray();
        messages[0].Set(("interface", "i7"), ("method", "m"));

        Assert.Equal(["7", "regex", "case"], messages.Select(message => table.Match(message.Bytes, message.Values)!.Name));
        Assert.Equal(0, Allocations.Of(() =>
        {
            foreach (var message in messages) table.Match(message.Bytes, message.Values);
        }));
    }

    private static string Value(Random random, int values) => random.Next(10) == 0 ? "" : $"v{random.Next(values)}";

    private static AttributeMatch[] Conditions(Random random, int values)
    {
        // Mostly exact; in some tables conditions on the same attribute twice, also contradictory ones.
        var conditions = new AttributeMatch[random.Next(200) == 0 ? 0 : random.Next(1, 4)];
        foreach (ref var condition in conditions.AsSpan())
        {
            ValueMatch match = random.Next(8) switch
            {
                0 => new PrefixMatch(Value(random, values)),
                1 => new ExactMatch(Value(random, values), true),
                2 => new PresentMatch(random.Next(2) == 0),
                _ => new ExactMatch(Value(random, values)),
            };
            condition = new(Names[random.Next(Names.Length)], match, random.Next(10) == 0, random.Next(5) == 0);
        }

        return conditions;
    }
}
