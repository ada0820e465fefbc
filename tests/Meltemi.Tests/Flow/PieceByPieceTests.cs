using System.Net;
using AwesomeRpc;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Filters;
using Meltemi.Tests.Support;
using Meltemi.Transport;
using static Meltemi.Tests.Support.MemoryMesh;

namespace Meltemi.Tests.Flow;

/// <summary>A configuration that changes piece by piece, as a control plane changes it.</summary>
public class PieceByPieceTests
{
    [Fact]
    public void A_cluster_that_comes_after_the_routes_that_name_it_serves_at_once()
    {
        using var mesh = new MemoryMesh();
        mesh.Apply([Route(to: "late")], []);
        var (client, server) = (mesh.Client(), mesh.Kernel.Serve());
        mesh.Send(client, Request(1));
        Assert.Contains("NC", Assert.Single(mesh.Received(client)).Text);

        Put(mesh, Cluster("late", [server]));
        mesh.Send(client, Request(2));

        Assert.Single(mesh.Received(server.Accept()));
    }

    [Fact]
    public void A_changed_cluster_comes_into_force_when_it_is_activated()
    {
        using var mesh = new MemoryMesh();
        var (old, young) = (mesh.Start()[0], mesh.Kernel.Serve());
        var client = mesh.Client();
        _ = mesh.Proxy.PrepareCluster(Cluster("main", [young]));
        mesh.Send(client, Request(1));
        Assert.Single(mesh.Received(old.Accept()));

        mesh.Proxy.ActivateCluster("main");
        mesh.Send(client, Request(2));
        Assert.Single(mesh.Received(young.Accept()));
    }

    [Fact]
    public void What_is_taken_back_before_it_is_in_force_changes_nothing()
    {
        using var mesh = new MemoryMesh();
        var old = mesh.Start()[0];
        var before = mesh.Proxy.Clusters.Single();
        _ = mesh.Proxy.PrepareCluster(Cluster("main", [mesh.Kernel.Serve()]));

        Assert.True(mesh.Proxy.PrepareCluster(Cluster("main", [old])).IsCompleted);
        mesh.Proxy.ActivateCluster("main");

        Assert.Same(before, mesh.Proxy.Clusters.Single());
    }

    [Fact]
    public void Told_endpoints_keep_the_connections_of_those_that_stay()
    {
        using var mesh = new MemoryMesh();
        var (one, two) = (mesh.Kernel.Serve(), mesh.Kernel.Serve());
        mesh.Apply([Route()], [Told("main")]);
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        Assert.Contains("UH", Assert.Single(mesh.Received(client)).Text);

        mesh.Proxy.SetEndpoints("main", new(Cluster("", [one]).Endpoints));
        mesh.Send(client, Request(2));
        var first = one.Accept();
        mesh.Send(first, Answer(mesh.Received(first).Single()));
        mesh.Proxy.SetEndpoints("main", new(Cluster("", [one, two]).Endpoints));
        mesh.Send(client, Request(3), Request(4));
        Assert.Single(mesh.Received(two.Accept()));
        Assert.Single(mesh.Received(first));
        Assert.False(first.IsEnded);
    }

    [Fact]
    public void A_removed_cluster_serves_as_long_as_a_route_names_it()
    {
        using var mesh = new MemoryMesh();
        var (main, other) = (mesh.Start()[0], mesh.Kernel.Serve());
        var client = mesh.Client();
        mesh.Proxy.RemoveCluster("main");
        mesh.Send(client, Request(1));
        var upstream = main.Accept();
        Assert.Single(mesh.Received(upstream));

        Put(mesh, Cluster("other", [other]));
        mesh.Proxy.SetRoutes("front", Table(Route(to: "other")));
        mesh.Send(client, Request(2));

        Assert.Equal("other", Assert.Single(mesh.Proxy.Clusters).Name);
        Assert.Single(mesh.Received(other.Accept()));
        Assert.False(upstream.IsEnded, "a request in flight was cut off");
    }

    [Fact]
    public void A_cluster_that_comes_back_while_it_leaves_stays()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start()[0];
        var before = mesh.Proxy.Clusters.Single();
        mesh.Proxy.RemoveCluster("main");
        Put(mesh, Cluster("main", [server]));
        mesh.Proxy.SetRoutes("front", Table());

        Assert.Same(before, mesh.Proxy.Clusters.Single());
    }

    [Fact]
    public void Other_routes_may_read_other_attributes_and_filters_keep_what_they_know()
    {
        var made = 0;
        var filter = new CountingFilter(() => made++);
        using var mesh = new MemoryMesh(null, filter);
        var (one, two) = (mesh.Kernel.Serve(), mesh.Kernel.Serve());
        mesh.Apply([Route(to: "one")], [Cluster("one", [one]), Cluster("two", [two])]);
        var client = mesh.Client();
        mesh.Send(client, Request(1, headers: ("user", "jason")));

        var jason = Route(route => route with { Match = [new("user", new ExactMatch("jason"))] }, "two");
        mesh.Proxy.SetRoutes("front", Table(jason, Route(to: "one")));
        mesh.Send(client, Request(2, headers: ("user", "jason")), Request(3));

        Assert.Equal(2, mesh.Received(one.Accept()).Count);
        Assert.Single(mesh.Received(two.Accept()));
        Assert.Equal((1, 3), (made, filter.Seen));
    }

    [Fact]
    public void A_listener_whose_new_address_is_taken_goes_on_at_the_old_one()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start()[0];
        var taken = mesh.Kernel.Serve();
        var listener = mesh.Proxy.Listeners.Single().Config;

        var problem = mesh.Proxy.UpsertListener(listener with { Addresses = [taken.Address] });
        mesh.Send(mesh.Client(), Request(1));

        Assert.Contains("listener 'front' cannot listen on", problem);
        Assert.Single(mesh.Received(server.Accept()));
    }

    [Fact]
    public void A_removed_listener_lets_its_requests_finish()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start()[0];
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        mesh.Proxy.RemoveListener("front");
        mesh.Proxy.RemoveCluster("main");
        var upstream = server.Accept();
        mesh.Send(upstream, Answer(mesh.Received(upstream).Single()));

        Assert.Contains(mesh.Received(client), message => message.Type == MessageType.Response && message.Status == Status.Ok);
        Assert.Empty(mesh.Proxy.Clusters);
        mesh.Kernel.AdvanceTime(1_000);
        Assert.True(client.IsEnded);
    }

    [Fact]
    public void Figures_of_clusters_and_endpoints_go_with_their_last_connection()
    {
        using var mesh = new MemoryMesh();
        mesh.Apply([], []);
        mesh.Proxy.Metrics.Collect();
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        var before = mesh.Proxy.Metrics.Count;
        for (var round = 0; round < 3; round++)
        {
            var server = mesh.Kernel.Serve();
            Put(mesh, Cluster("main", [server]));
            mesh.Proxy.SetRoutes("front", Table(Route()));
            mesh.Send(client, Request(2));
            Assert.Equal(1, mesh.Figure("cluster.main.upstream_rq_total"));
            mesh.Proxy.SetRoutes("front", Table());
            mesh.Proxy.RemoveCluster("main");
            var upstream = server.Accept();
            mesh.Send(upstream, Answer(mesh.Received(upstream).Single()));
            Assert.True(upstream.IsEnded);
            upstream.Close();
            mesh.Kernel.RunUntilIdle();
        }

        // What stays are the rows of requests, which belong to the listener: one histogram's worth, whatever the number of rounds.
        var rows = mesh.Proxy.Metrics.Count;
        Assert.DoesNotContain(mesh.Proxy.Metrics.Collect().Families, family => family.Name.StartsWith("envoy_cluster_", StringComparison.Ordinal));
        Assert.InRange(rows, before, before + 500);
    }

    private static ClusterConfig Told(string name) => new() { Name = name, Discovery = DiscoveryType.Eds };

    private static RouteTableConfig Table(params RouteConfig[] routes) => new() { Routes = [.. routes] };

    private static void Put(MemoryMesh mesh, ClusterConfig cluster)
    {
        _ = mesh.Proxy.PrepareCluster(cluster);
        mesh.Proxy.ActivateCluster(cluster.Name);
    }

    private sealed class CountingFilter(Action made) : IFilterFactory
    {
        public int Seen { get; private set; }

        public string Name => "counting";

        public IEnumerable<string> WantedKeys(object? options) => ["command"];

        public Filter Create(object? options, FilterContext context)
        {
            made();
            return new Counter(this, context.Keys.IndexOf("command"));
        }

        private sealed class Counter(CountingFilter owner, int slot) : Filter
        {
            public override FilterStatus OnRequest(Proxy.Flow.Exchange exchange, in MessageView message)
            {
                if (message[slot].SequenceEqual("echo"u8)) owner.Seen++;
                return FilterStatus.Continue;
            }
        }
    }
}
