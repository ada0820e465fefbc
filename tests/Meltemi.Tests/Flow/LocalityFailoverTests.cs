using AwesomeRpc;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;
using Meltemi.Tests.Support;
using Meltemi.Transport;

namespace Meltemi.Tests.Flow;

/// <summary>Priorities, places and subsets through the whole proxy.</summary>
public class LocalityFailoverTests
{
    [Fact]
    public void When_the_first_places_endpoints_leave_the_second_takes_over_and_gives_back()
    {
        using var mesh = new MemoryMesh();
        var servers = mesh.Start(4, cluster: cluster => Placed(cluster, i => new(new("r", i < 2 ? "near" : "far"), Priority: i < 2 ? 0u : 1u)));
        var client = mesh.Client();
        Assert.Equal([5, 5, 0, 0], Served(mesh, client, servers, 10));

        var endpoints = Assert.Single(mesh.Proxy.Clusters).Endpoints.Endpoints;
        foreach (var endpoint in endpoints[..2]) endpoint.Health.Set(HealthFlags.ToldDraining, true);
        Assert.Equal([0, 0, 5, 5], Served(mesh, client, servers, 10));

        foreach (var endpoint in endpoints[..2]) endpoint.Health.Set(HealthFlags.ToldDraining, false);
        Assert.Equal([5, 5, 0, 0], Served(mesh, client, servers, 10));
    }

    [Fact]
    public void A_route_reaches_the_endpoints_whose_metadata_it_names()
    {
        using var mesh = new MemoryMesh();
        var subsets = new SubsetsConfig { Selectors = [new() { Keys = ["version"] }] };
        var servers = mesh.Start(
            3,
            route => route with { Clusters = [new("main", 1) { Subset = Version("2") }] },
            cluster => cluster with
            {
                Balancer = new() { Subsets = subsets },
                Endpoints = [.. cluster.Endpoints.Select((endpoint, i) => endpoint with { Metadata = Version($"{i}") })],
            });
        Assert.Equal([0, 0, 4], Served(mesh, mesh.Client(), servers, 4));
        Assert.Equal(4, mesh.Figure("cluster.main.lb_subsets_selected"));
    }

    [Fact]
    public void Without_such_endpoints_and_without_fallback_the_client_hears_that_there_is_none()
    {
        using var mesh = new MemoryMesh();
        mesh.Start(
            1,
            route => route with { Clusters = [new("main", 1) { Subset = Version("2") }] },
            cluster => cluster with { Balancer = new() { Subsets = new() { Selectors = [new() { Keys = ["version"] }] } } });
        var client = mesh.Client();
        mesh.Send(client, MemoryMesh.Request(1));
        Assert.Contains("no healthy endpoint", Assert.Single(mesh.Received(client)).Text, StringComparison.Ordinal);
        Assert.Equal(1, mesh.Figure("cluster.main.lb_subsets_fallback"));
    }

    [Fact]
    public void A_slow_endpoint_gets_few_requests_by_the_latencies_of_its_answers()
    {
        using var mesh = new MemoryMesh();
        var servers = mesh.Start(2, cluster: cluster => cluster with { Balancer = new() { Kind = BalancerKind.PeakEwma } });
        var client = mesh.Client();
        var counts = Served(mesh, client, servers, 40, latency: [2, 50]);
        Assert.InRange(counts[1], 1, 2);

        // After a minute nobody remembers, and it is fast.
        mesh.Kernel.AdvanceTime(60_000);
        Assert.InRange(Served(mesh, client, servers, 40, latency: [2, 2])[1], 10, 30);
    }

    private static LbMetadata Version(string version) => new([new("version", version)]);

    private static ClusterConfig Placed(ClusterConfig cluster, Func<int, PlaceConfig> place) =>
        cluster with { Endpoints = [.. cluster.Endpoints.Select((endpoint, i) => endpoint with { Place = place(i) })] };

    // Sends requests one after the other, answers each after so many milliseconds, and counts by server.
    private static int[] Served(MemoryMesh mesh, MemoryPeer client, MemoryServer[] servers, int requests, int[]? latency = null)
    {
        var counts = new int[servers.Length];
        for (uint id = 1; id <= requests; id++)
        {
            mesh.Send(client, MemoryMesh.Request(id));
            for (var i = 0; i < servers.Length; i++)
            {
                foreach (var connection in servers[i].Accepted)
                {
                    foreach (var request in mesh.Received(connection).Where(message => message.Type == MessageType.Request))
                    {
                        counts[i]++;
                        if (latency is not null) mesh.Kernel.AdvanceTime(latency[i]);
                        mesh.Send(connection, MemoryMesh.Answer(request));
                    }
                }
            }

            Assert.Equal(id, Assert.Single(mesh.Received(client)).Id);
        }

        return counts;
    }
}
