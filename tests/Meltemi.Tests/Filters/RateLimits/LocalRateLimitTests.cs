using AwesomeRpc;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Filters.RateLimits.Local;
using Meltemi.Tests.Support;
using Meltemi.Transport;
using static Meltemi.Tests.Support.MemoryMesh;

namespace Meltemi.Tests.Filters.RateLimits;

/// <summary>Local limits in a whole proxy in memory.</summary>
public class LocalRateLimitTests
{
    [Fact]
    public void Requests_over_the_limit_are_refused_and_counted()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(chain: chain => Limited(chain, Limit(Rule(2))))[0];
        var client = mesh.Client();
        mesh.Send(client, Request(1), Request(2), Request(3), Request(4));

        var refused = mesh.Received(client);
        Assert.Equal([3u, 4u], refused.Select(answer => answer.Id));
        Assert.All(refused, answer => Assert.Equal("meltemi: over the local rate limit 'shop' (RL)", answer.Text));
        Assert.Equal(2, mesh.Received(server.Accept()).Count);
        Assert.Equal((2, 2, 2), Figures(mesh));
        mesh.Kernel.AdvanceTime(1000);
        mesh.Send(client, Request(5));
        Assert.Empty(mesh.Received(client));
        Assert.Equal((3, 2, 2), Figures(mesh));
    }

    [Fact]
    public void The_first_condition_that_matches_charges_its_bucket_and_only_that()
    {
        using var mesh = new MemoryMesh();
        mesh.Start(chain: chain => Limited(chain, Limit(Rule(2, "add"), Rule(5, "add"), Rule(3))));
        var client = mesh.Client();
        for (uint i = 1; i <= 10; i++) mesh.Send(client, Request(i, i % 2 == 0 ? "add" : "echo"));
        Assert.Equal([6u, 7u, 8u, 9u, 10u], mesh.Received(client).Select(answer => answer.Id));
    }

    [Fact]
    public void Without_a_default_bucket_the_others_are_not_limited_nor_counted()
    {
        using var mesh = new MemoryMesh();
        mesh.Start(chain: chain => Limited(chain, Limit(Rule(1, "add"))));
        var client = mesh.Client();
        for (uint i = 1; i <= 10; i++) mesh.Send(client, Request(i));
        Assert.Empty(mesh.Received(client));
        Assert.Equal((0, 0, 0), Figures(mesh));
    }

    [Fact]
    public void Observing_counts_and_refuses_nothing()
    {
        using var mesh = new MemoryMesh();
        mesh.Start(chain: chain => Limited(chain, Limit(Rule(1)) with { EnforcedMillionths = 0 }));
        var client = mesh.Client();
        for (uint i = 1; i <= 10; i++) mesh.Send(client, Request(i));
        Assert.Empty(mesh.Received(client));
        Assert.Equal((1, 9, 0), Figures(mesh));
    }

    [Fact]
    public void A_share_may_be_enforced()
    {
        using var mesh = new MemoryMesh();
        mesh.Start(chain: chain => Limited(chain, Limit(Rule(1)) with { EnforcedMillionths = 250_000 }));
        var client = mesh.Client();
        for (uint i = 1; i <= 101; i++) mesh.Send(client, Request(i));
        Assert.Equal((1, 100, 25), Figures(mesh));
    }

    [Fact]
    public void Each_value_of_an_attribute_may_have_a_bucket()
    {
        using var mesh = new MemoryMesh();
        mesh.Start(chain: chain => Limited(chain, Limit(Rule(2) with { Per = new("user") })));
        var client = mesh.Client();
        uint id = 0;
        foreach (var user in new[] { "ann", "bob", "ann", "ann", "bob", "bob" }) mesh.Send(client, Request(++id, "echo", ("user", user)));
        Assert.Equal([4u, 6u], mesh.Received(client).Select(answer => answer.Id));
        mesh.Send(client, Request(7), Request(8), Request(9)); // without the attribute: a bucket of their own
        Assert.Equal([9u], mesh.Received(client).Select(answer => answer.Id));
    }

    [Fact]
    public void Each_client_address_may_have_a_bucket()
    {
        using var mesh = new MemoryMesh();
        mesh.Start(chain: chain => Limited(chain, Limit(Rule(1) with { Per = new(null) })));
        var (one, other) = (mesh.Client(), mesh.Client()); // same address, other port
        mesh.Send(one, Request(1));
        mesh.Send(other, Request(2));
        Assert.Empty(mesh.Received(one));
        Assert.Equal(2u, Assert.Single(mesh.Received(other)).Id);
    }

    [Fact]
    public void A_route_may_have_a_limit()
    {
        using var mesh = new MemoryMesh();
        var servers = new[] { mesh.Kernel.Serve() };
        var limited = Route(route => route with
        {
            Match = [new("command", new ExactMatch("add"))],
            LocalRateLimit = Limit(Rule(1)),
        });
        mesh.Apply([limited, Route()], [Cluster("main", servers)]);
        var client = mesh.Client();
        for (uint i = 1; i <= 6; i++) mesh.Send(client, Request(i, i % 2 == 0 ? "add" : "echo"));
        Assert.Equal([4u, 6u], mesh.Received(client).Select(answer => answer.Id));
        Assert.Equal((1, 2, 2), Figures(mesh));
    }

    [Fact]
    public void Other_configurations_leave_the_tokens_of_a_limit_that_stays_as_it_is()
    {
        using var mesh = new MemoryMesh();
        mesh.Start(chain: chain => Limited(chain, Limit(Rule(2))));
        var client = mesh.Client();
        mesh.Send(client, Request(1), Request(2));
        mesh.Start(chain: chain => Limited(chain with { IdleTimeout = TimeSpan.FromMinutes(1) }, Limit(Rule(2))));
        mesh.Send(client, Request(3));
        Assert.Equal(3u, Assert.Single(mesh.Received(client)).Id);
        mesh.Start(chain: chain => Limited(chain, Limit(Rule(3))));
        mesh.Send(client, Request(4));
        Assert.Empty(mesh.Received(client));
    }

    [Fact]
    public void A_refused_request_is_counted_under_its_method()
    {
        using var mesh = new MemoryMesh();
        mesh.Start(chain: chain => Limited(chain, Limit(Rule(1))));
        var client = mesh.Client();
        mesh.Send(client, Request(1), Request(2, "add"));
        var text = mesh.Proxy.Metrics.Prometheus();
        Assert.Contains(text.Split('\n'), line => line.StartsWith("istio_requests_total", StringComparison.Ordinal)
            && line.Contains("request_method=\"add\"", StringComparison.Ordinal) && line.Contains("response_flags=\"RL\"", StringComparison.Ordinal));
        Assert.Contains("envoy_meta_protocol_local_rate_limit_rate_limited{envoy_stat_prefix=\"shop\"} 1", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_one_way_message_over_the_limit_is_dropped()
    {
        using var mesh = new MemoryMesh(new LineCodec());
        var server = mesh.Start(chain: chain => Limited(chain, Limit(Rule(1))))[0];
        var client = mesh.Client();
        client.Send("?a\n?b\n"u8.ToArray());
        mesh.Kernel.RunUntilIdle();
        Assert.Equal("?a\n", System.Text.Encoding.UTF8.GetString(server.Accept().Received));
        Assert.Equal(0, client.Received.Length);
    }

    private static LocalRateLimitConfig Limit(params LocalLimitRule[] rules) => new() { StatPrefix = "shop", Rules = [.. rules] };

    private static LocalLimitRule Rule(int perSecond, string? command = null) => new(
        command is null ? [] : [new("command", new ExactMatch(command))], new(perSecond, perSecond, TimeSpan.FromSeconds(1)));

    private static ProtocolChainConfig Limited(ProtocolChainConfig chain, LocalRateLimitConfig limit) =>
        chain with { Filters = [new(LocalRateLimitFilter.FilterName, limit)] };

    private static (long Ok, long Limited, long Enforced) Figures(MemoryMesh mesh) => (
        mesh.Figure("meta_protocol.shop.local_rate_limit.ok"),
        mesh.Figure("meta_protocol.shop.local_rate_limit.rate_limited"),
        mesh.Figure("meta_protocol.shop.local_rate_limit.enforced"));
}
