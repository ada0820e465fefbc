using Meltemi.Proxy.Config;
using Meltemi.Tests.Support;
using static Meltemi.Tests.Support.MemoryMesh;

namespace Meltemi.Tests.Outbound;

/// <summary>Zone aware routing of a proxy whose bootstrap names no cluster of its like.</summary>
public class PeersTests
{
    [Theory]
    [InlineData(NodeConfig.PeersCluster, true)]
    [InlineData("others", false)]
    public void The_cluster_that_the_control_plane_sends_says_where_its_like_stand(string name, bool staysInZone)
    {
        using var mesh = new MemoryMesh();
        var servers = new[] { mesh.Kernel.Serve(), mesh.Kernel.Serve(), mesh.Kernel.Serve() };
        foreach (var server in servers) server.OnAccepted = _ => { };
        ClusterConfig Placed(string cluster) => Cluster(cluster, servers) with
        {
            Endpoints = [.. servers.Select((server, i) => new EndpointConfig { Address = server.Address, Place = new(new("eu", $"zone-{i}")) })],
        };
        var chain = new ProtocolChainConfig { StatPrefix = "test", Codec = mesh.Codec, Routes = new() { Routes = [Route()] } };
        Assert.Empty(mesh.Proxy.Apply(new ProxyConfig
        {
            Node = new() { Locality = new("eu", "zone-1") },
            Listeners = [new ListenerConfig { Name = "front", Addresses = [Front], Chain = chain }],
            Clusters = [Placed(name), Placed("main") with { Balancer = new() { Localities = new ZoneAware(MinClusterSize: 3) } }],
        }));

        var client = mesh.Client();
        for (uint id = 1; id <= 30; id++) mesh.Send(client, Request(id));
        Assert.Equal(staysInZone ? 30 : 0, mesh.Figure("cluster.main.lb_zone_routing_all_directly"));
        Assert.Equal(staysInZone, mesh.Received(servers[1].Accepted[0]).Count == 30);
    }
}
