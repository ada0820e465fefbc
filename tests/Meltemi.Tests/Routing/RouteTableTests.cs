using System.Text;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Routing;
using static Meltemi.Tests.Routing.Routes;

namespace Meltemi.Tests.Routing;

public class RouteTableTests
{
    [Fact]
    public void The_first_route_that_matches_wins()
    {
        var table = Table(
            Route("get", Exact("method", "get"), Exact("user", "ann")),
            Route("any-get", Exact("method", "get")),
            Route("rest"));

        Assert.Equal("get", Match(table, ("method", "get"), ("user", "ann")));
        Assert.Equal("any-get", Match(table, ("method", "get"), ("user", "bob")));
        Assert.Equal("rest", Match(table, ("user", "ann")));
        Assert.Null(Match(Table(), ("user", "ann")));
    }

    [Fact]
    public void Wanted_keys_are_those_of_conditions_and_hash_policies()
    {
        var table = Table(Route("r", Exact("a", "1")) with { HashPolicies = [new("b"), new(null)] });
        Assert.Equal(["a", "b"], RouteTable.WantedKeys(table));
    }

    [Fact]
    public void Clusters_are_picked_by_weight()
    {
        var table = Compile(
            Route("one") with { Clusters = [new("a", 1)] },
            Route("two") with { Clusters = [new("b", 0), new("a", 3), new("c", 1)] });
        Assert.Equal(["a", "b", "c"], table.ClusterNames.AsEnumerable());
        Assert.Equal("a", table.ClusterNames[table.Routes[0].PickCluster(ulong.MaxValue)]);

        var random = new Random(1);
        var counts = new int[3];
        for (var i = 0; i < 40_000; i++) counts[table.Routes[1].PickCluster((ulong)random.NextInt64(long.MinValue, long.MaxValue))]++;
        Assert.Equal(0, counts[1]);
        Assert.InRange(counts[0], 29_500, 30_500);
        Assert.Equal(2, table.Routes[1].PickCluster(ulong.MaxValue));
        Assert.Equal(0, table.Routes[1].PickCluster(0));
    }

    [Fact]
    public void A_route_without_a_cluster_of_weight_above_zero_is_refused() =>
        Assert.Throws<ArgumentException>(() => Compile(Route("r") with { Clusters = [new("a", 0)] }));

    [Fact]
    public void Timeouts_are_milliseconds_and_keep_not_set_and_none_apart()
    {
        var table = Compile(
            Route("a"), Route("b") with { Timeout = TimeSpan.Zero }, Route("c") with { Timeout = TimeSpan.FromSeconds(1.5) },
            Route("d") with { Timeout = TimeSpan.FromMicroseconds(10) });
        Assert.Equal([Proxy.Routing.Route.TimeoutNotSet, 0, 1500, 1], table.Routes.ToArray().Select(route => route.TimeoutMs));
    }

    [Fact]
    public void Mutations_are_compiled_in_order()
    {
        var route = Compile(Route("r") with
        {
            RequestMutations = [new(ChangeKind.Set, "a", "1"), new(ChangeKind.Remove, "b", ""), new(ChangeKind.Add, "c", "3")],
        }).Routes[0];
        var changes = route.RequestMutation.Changes.ToArray()
            .Select(change => $"{change.Kind} {Encoding.UTF8.GetString(change.Key.Span)}={Encoding.UTF8.GetString(change.Value.Span)}");
        Assert.Equal(["Set a=1", "Remove b=", "Add c=3"], changes);
        Assert.True(route.ResponseMutation.IsEmpty);
    }

    private static RouteTable Compile(params RouteConfig[] routes)
    {
        var config = Table(routes);
        return RouteTable.Compile(config, new(RouteTable.WantedKeys(config)));
    }
}
