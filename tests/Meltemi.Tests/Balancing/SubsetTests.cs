using System.Net;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Balancing.Subsets;
using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Balancing;

public class SubsetTests
{
    private static readonly SubsetsConfig ByVersionAndStage = new()
    {
        Selectors = [new() { Keys = ["version"] }, new() { Keys = ["stage", "version"] }],
    };

    // Four endpoints: a and b of version 1, c of version 2, d of none.
    private readonly Endpoint[] _endpoints =
    [
        Endpoint("a", "version=1", "stage=prod"), Endpoint("b", "version=1", "stage=test"), Endpoint("c", "version=2", "stage=prod"), Endpoint("d"),
    ];

    public static TheoryData<BalancerKind> Kinds => [.. Enum.GetValues<BalancerKind>()];

    [Theory, MemberData(nameof(Kinds))]
    public void A_request_goes_to_an_endpoint_with_the_values_that_its_route_wants(BalancerKind kind)
    {
        Assert.Equal("ab", Picked(ByVersionAndStage, kind, "version=1"));
        Assert.Equal("c", Picked(ByVersionAndStage, kind, "version=2"));
        Assert.Equal("b", Picked(ByVersionAndStage, kind, "version=1", "stage=test"));
    }

    [Fact]
    public void Without_a_fallback_what_does_not_exist_goes_nowhere()
    {
        Assert.Equal("", Picked(ByVersionAndStage, "version=3"));
        Assert.Equal("", Picked(ByVersionAndStage, "version=2", "stage=test"));
        Assert.Equal("", Picked(ByVersionAndStage, "stage=prod")); // no selector has these keys
        Assert.Equal("", Picked(ByVersionAndStage));
    }

    [Fact]
    public void A_fallback_may_be_any_endpoint() =>
        Assert.Equal("abcd", Picked(ByVersionAndStage with { Fallback = SubsetFallback.Any }, "version=3"));

    [Fact]
    public void A_fallback_may_be_the_default_subset()
    {
        var config = ByVersionAndStage with { Fallback = SubsetFallback.Default, Default = Wanted("stage=prod") };
        Assert.Equal("ac", Picked(config, "version=3"));
        Assert.Equal("ac", Picked(config));
        Assert.Equal("", Picked(config with { Default = Wanted("stage=none") }, "version=3"));
        Assert.Equal("abcd", Picked(config with { Default = Wanted("stage=none"), AnyInsteadOfDefault = true }, "version=3"));
    }

    [Fact]
    public void A_selector_may_have_a_fallback_of_its_own()
    {
        var config = ByVersionAndStage with
        {
            Fallback = SubsetFallback.Any,
            Selectors =
            [
                new() { Keys = ["version"], Fallback = SubsetFallback.None },
                new() { Keys = ["stage", "version"], Fallback = SubsetFallback.FewerKeys, FallbackKeys = ["version"] },
            ],
        };
        Assert.Equal("c", Picked(config, "version=2", "stage=test"));
        Assert.Equal("", Picked(config, "version=3", "stage=test"));
        Assert.Equal("abcd", Picked(config, "other=1"));
    }

    [Fact]
    public void A_subset_whose_endpoints_are_unavailable_does_not_fall_back()
    {
        _endpoints[2].Health.Set(HealthFlags.ToldDraining, true);
        Assert.Equal("", Picked(ByVersionAndStage with { Fallback = SubsetFallback.Any }, "version=2"));
    }

    [Fact]
    public void Subsets_have_priorities_too()
    {
        _endpoints[0].Place = new(LocalityConfig.None, Priority: 1);
        Assert.Equal("b", Picked(ByVersionAndStage, "version=1"));
        _endpoints[1].Health.Set(HealthFlags.ToldDraining, true);
        Assert.Equal("a", Picked(ByVersionAndStage, "version=1"));
    }

    [Fact]
    public void There_are_so_many_subsets_and_no_more()
    {
        var endpoints = Enumerable.Range(0, SubsetTable.MaxSubsets + 5).Select(i => Endpoint($"{i}", $"version={i}"));
        var table = new EndpointSet([.. endpoints], new() { Subsets = ByVersionAndStage }).Subsets!;
        Assert.Equal((SubsetTable.MaxSubsets, 5), (table.Count, table.Dropped));
        Assert.Null(table.Find(Wanted($"version={SubsetTable.MaxSubsets}"), out var fellBack));
        Assert.True(fellBack);
    }

    [Fact]
    public void Choosing_allocates_nothing_once_the_loop_has_used_the_subset()
    {
        var (balancer, _) = Build(ByVersionAndStage, BalancerKind.LeastRequest);
        var (wanted, other) = (Wanted("version=1"), Wanted("version=9"));
        Assert.Equal(0, Allocations.Of(() =>
        {
            balancer.Pick(new(0, false, 1, Subset: wanted));
            balancer.Pick(new(0, false, 1, Subset: other));
            balancer.Pick(new(0, false, 1));
        }));
    }

    [Fact]
    public void Equal_configurations_are_equal()
    {
        var same = new SubsetsConfig { Selectors = [new() { Keys = ["version"] }, new() { Keys = ["stage", "version"] }] };
        Assert.Equal(ByVersionAndStage, same);
        Assert.NotEqual(ByVersionAndStage, same with { Selectors = [new() { Keys = ["version"] }] });
        Assert.Equal(Wanted("a=1", "b=2"), Wanted("b=2", "a=1"));
        Assert.NotEqual(Wanted("a=1", "b=2"), Wanted("a=1"));
    }

    private static LbMetadata Wanted(params string[] values) => new(values.Select(value => KeyValuePair.Create(value.Split('=')[0], value.Split('=')[1])));

    private static Endpoint Endpoint(string name, params string[] values) =>
        new(new IPEndPoint(IPAddress.Loopback, 80), name: name) { Metadata = values.Length == 0 ? null : Wanted(values) };

    private string Picked(SubsetsConfig subsets, params string[] wanted) => Picked(subsets, BalancerKind.RoundRobin, wanted);

    // The names of all that many picks find, in order.
    private string Picked(SubsetsConfig subsets, BalancerKind kind, params string[] wanted)
    {
        var (balancer, slots) = Build(subsets, kind);
        var random = new Random(1);
        var want = wanted.Length == 0 ? null : Wanted(wanted);
        var found = Enumerable.Range(0, 200).Select(_ => balancer.Pick(new(0, false, (ulong)random.NextInt64(long.MinValue, long.MaxValue), Subset: want)));
        return string.Concat(found.OfType<EndpointSlot>().Distinct().Select(slot => slot.Endpoint.Name).Order());
    }

    private (Balancer Balancer, EndpointSlot[] Slots) Build(SubsetsConfig subsets, BalancerKind kind)
    {
        var set = new EndpointSet([.. _endpoints], new() { Kind = kind, Subsets = subsets });
        EndpointSlot[] slots = [.. set.Endpoints.Select(endpoint => new EndpointSlot(endpoint))];
        return (BalancerFactory.Create(set, slots, 1), slots);
    }
}
