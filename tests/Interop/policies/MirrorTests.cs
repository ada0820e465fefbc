using Meltemi.Interop.Tests.Support;
using Meltemi.Proxy.Config;

namespace Meltemi.Interop.Tests.Policies;

/// <summary>Copies of calls.</summary>
public sealed class MirrorTests
{
    [PolicyTheory, EachProtocol]
    public async Task Copies_to_clusters_that_are_dead_cost_the_calls_nothing(Protocol protocol)
    {
        const int Calls = 500;
        using var places = new Places();
        var servers = await protocol.ServersAsync();
        using var mesh = new Mesh(
            protocol.Codec(),
            [Mesh.Route("main", ("user", "copied")) with { Mirrors = [new("hangs", Fraction.All), new("refuses", Fraction.All), new("empty", Fraction.All)] }, Mesh.Route("alone")],
            [
                Mesh.Cluster("main", servers.Address), Mesh.Cluster("alone", servers.Address), Mesh.Cluster("refuses", places.Refusing), Mesh.Cluster("empty"),
                Mesh.Cluster("hangs", places.Silent) with { Limits = new() { MaxRequests = 10, MaxConnections = 10 } },
            ]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        Assert.Equal(Calls, (await client.TallyAsync("who", Calls))["a"]);
        Assert.Equal(Calls, (await client.TallyAsync("who", Calls, headers: ("user", "copied")))["a"]);

        // All are answered, and the copies that hang still do: nobody waits for them, and there are no more of them than may be.
        Assert.Equal(10, mesh.Figure("cluster.hangs.mirror.rq_total"));
        Assert.Equal(Calls - 10, mesh.Figure("cluster.hangs.mirror.rq_dropped"));
        Assert.Equal(Calls, mesh.Figure("cluster.empty.mirror.rq_dropped"));
        await Safety.Until(() => mesh.Figure("cluster.refuses.mirror.rq_failed") + mesh.Figure("cluster.refuses.mirror.rq_dropped") == Calls, mesh.Prometheus);

        // And to the calls it is the same as without: connections, tries, failures.
        foreach (var figure in new[] { "upstream_cx_total", "upstream_rq_total", "upstream_rq_completed", "upstream_rq_pending_overflow", "upstream_rq_timeout" })
            Assert.Equal((figure, mesh.Figure($"cluster.alone.{figure}")), (figure, mesh.Figure($"cluster.main.{figure}")));

        places.Dispose();
        await mesh.FigureAsync("cluster.hangs.mirror.rq_failed", 10);
    }
}
