using Envoy.Config.Cluster.V3;
using static Meltemi.ControlPlane.Tests.Translation.EnvoyFilters.PatchMesh;

namespace Meltemi.ControlPlane.Tests.Translation.EnvoyFilters;

public class ClusterAndRoutePatchTests
{
    [Theory]
    [InlineData("service: shop.org", true)]
    [InlineData("service: other.org", false)]
    [InlineData("portNumber: 80", true)]
    [InlineData("portNumber: 81", false)]
    [InlineData("subset: v1", true)]
    [InlineData("subset: v2", false)]
    [InlineData("name: outbound|80|v1|shop.org", true)]
    [InlineData("name: outbound|80||shop.org", false)]
    [InlineData("name: outbound|80|v1|shop.org, service: ignored", true)]
    public void Clusters_are_found_by_the_parts_of_their_names(string match, bool found)
    {
        var mesh = new PatchMesh($$"""
              - applyTo: CLUSTER
                match: { cluster: { {{match}} } }
                patch: { operation: MERGE, value: { lb_policy: MAGLEV, connect_timeout: 3s, circuit_breakers: { thresholds: [{ max_requests: 9 }] } } }
            """);

        var cluster = Assert.Single(mesh.Clusters(new Cluster { Name = "outbound|80|v1|shop.org", ConnectTimeout = new() { Seconds = 1, Nanos = 5 } })).Message;

        Assert.Equal(found, cluster.LbPolicy == Cluster.Types.LbPolicy.Maglev);
        Assert.Equal(found ? (3, 0) : (1, 5), (cluster.ConnectTimeout.Seconds, cluster.ConnectTimeout.Nanos));
        Assert.Empty(mesh.Messages);
    }

    [Fact]
    public void Lists_of_a_cluster_grow_when_merged()
    {
        var mesh = new PatchMesh("""
              - applyTo: CLUSTER
                patch: { operation: MERGE, value: { circuit_breakers: { thresholds: [{ max_requests: 9 }] } } }
            """);
        var cluster = new Cluster { Name = "c", CircuitBreakers = new() { Thresholds = { new CircuitBreakers.Types.Thresholds { MaxRequests = 1 } } } };

        Assert.Equal([1u, 9u], Assert.Single(mesh.Clusters(cluster)).Message.CircuitBreakers.Thresholds.Select(threshold => threshold.MaxRequests!.Value));
    }

    [Fact]
    public void Clusters_are_removed_and_added()
    {
        var mesh = new PatchMesh("""
              - applyTo: CLUSTER
                match: { cluster: { service: gone.org } }
                patch: { operation: REMOVE }
              - applyTo: CLUSTER
                match: { context: SIDECAR_OUTBOUND }
                patch: { operation: ADD, value: { name: rate-limits, type: STRICT_DNS, connect_timeout: 1s } }
            """);

        var clusters = mesh.Clusters(new Cluster { Name = "outbound|1||gone.org" }, new Cluster { Name = "outbound|1||kept.org" });

        Assert.Equal(["outbound|1||kept.org", "rate-limits"], clusters.Select(cluster => cluster.Name));
    }

    [Theory]
    [InlineData("", "ADD", "shop.org:80 one,two,new; other:80 three,new")]
    [InlineData("vhost: { name: shop.org:80 }", "ADD", "shop.org:80 one,two,new; other:80 three")]
    [InlineData("vhost: { domainName: other }", "INSERT_FIRST", "shop.org:80 one,two; other:80 new,three")]
    [InlineData("vhost: { name: shop.org:80, route: { name: two } }", "INSERT_BEFORE", "shop.org:80 one,new,two; other:80 three")]
    [InlineData("vhost: { name: shop.org:80, route: { name: one } }", "INSERT_AFTER", "shop.org:80 one,new,two; other:80 three")]
    [InlineData("vhost: { route: { name: three } }", "INSERT_FIRST", "shop.org:80 one,two; other:80 new,three")]
    [InlineData("vhost: { route: { name: one } }", "REMOVE", "shop.org:80 two; other:80 three")]
    [InlineData("vhost: { route: { action: ROUTE } }", "REMOVE", "shop.org:80 ; other:80 ")]
    [InlineData("vhost: { route: { action: REDIRECT } }", "REMOVE", "shop.org:80 one,two; other:80 three")]
    [InlineData("name: shop.org_80, vhost: { name: other:80 }", "ADD", "shop.org:80 one,two; other:80 three,new")]
    [InlineData("name: another", "ADD", "shop.org:80 one,two; other:80 three")]
    [InlineData("portNumber: 80", "INSERT_AFTER", "shop.org:80 one,two,new; other:80 three,new")]
    [InlineData("portNumber: 81", "ADD", "shop.org:80 one,two; other:80 three")]
    public void Routes_are_put_where_the_operation_says(string match, string operation, string names)
    {
        var mesh = new PatchMesh($$"""
              - applyTo: HTTP_ROUTE
                match: { context: ANY, routeConfiguration: { {{match}} } }
                patch: { operation: {{operation}}, value: { name: new, match: { prefix: / }, route: { cluster: c } } }
            """);

        Assert.Equal(names, Names(mesh.Routes(RouteTable())));
    }

    [Fact]
    public void Routes_virtual_hosts_and_tables_are_merged()
    {
        var mesh = new PatchMesh("""
              - applyTo: HTTP_ROUTE
                match: { routeConfiguration: { vhost: { route: { name: two } } } }
                patch: { operation: MERGE, value: { route: { timeout: 0s } } }
              - applyTo: VIRTUAL_HOST
                match: { routeConfiguration: { vhost: { name: other:80 } } }
                patch: { operation: MERGE, value: { request_headers_to_remove: [debug] } }
              - applyTo: ROUTE_CONFIGURATION
                patch: { operation: MERGE, value: { request_headers_to_add: [{ header: { key: a, value: b } }] } }
            """);

        var routes = mesh.Routes(RouteTable());

        Assert.Equal("two", routes.VirtualHosts[0].Routes[1].Route_.Cluster);
        Assert.Equal(0, routes.VirtualHosts[0].Routes[1].Route_.Timeout.Seconds);
        Assert.Null(routes.VirtualHosts[0].Routes[0].Route_.Timeout);
        Assert.Equal("debug", Assert.Single(routes.VirtualHosts[1].RequestHeadersToRemove));
        Assert.Equal("a", Assert.Single(routes.RequestHeadersToAdd).Header.Key);
    }

    [Fact]
    public void Virtual_hosts_are_added_replaced_and_removed()
    {
        static string Patch(string name, string operation) => $$"""
              - applyTo: VIRTUAL_HOST
                match: { routeConfiguration: { vhost: { name: {{name}} } } }
                patch: { operation: {{operation}}, value: { name: new, domains: [new], routes: [{ name: n, match: { prefix: / }, route: { cluster: c } }] } }
            """;

        Assert.Equal("new n; other:80 three", Names(new PatchMesh(Patch("shop.org:80", "REPLACE")).Routes(RouteTable())));
        Assert.Equal("other:80 three", Names(new PatchMesh(Patch("shop.org:80", "REMOVE")).Routes(RouteTable())));
        Assert.Equal("shop.org:80 one,two; other:80 three; new n", Names(new PatchMesh(Patch("ignored", "ADD")).Routes(RouteTable())));
    }
}
