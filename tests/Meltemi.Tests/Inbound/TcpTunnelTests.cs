using Meltemi.Proxy.Config;
using Meltemi.Tests.Support;
using Meltemi.Transport;
using static Meltemi.Tests.Support.MemoryMesh;

namespace Meltemi.Tests.Inbound;

/// <summary>How long connections last that carry bytes.</summary>
public class TcpTunnelTests
{
    [Fact]
    public void A_connection_that_lasts_too_long_is_closed_whatever_it_carries()
    {
        using var mesh = new MemoryMesh();
        var server = Start(mesh, new() { MaxDuration = TimeSpan.FromSeconds(10), IdleTimeout = TimeSpan.FromSeconds(4), StatPrefix = "tcp", Clusters = [new("main", 1)] });
        var client = mesh.Client();
        for (var second = 0; second < 9; second += 3)
        {
            client.Send("hello"u8);
            mesh.Kernel.AdvanceTime(3_000);
            Assert.Equal("hello"u8.ToArray(), server.Accepted[0].Take());
        }

        Assert.False(client.IsEnded);
        client.Send("bye"u8);
        mesh.Kernel.AdvanceTime(1_001);
        Assert.True(client.IsEnded);
        Assert.True(server.Accepted[0].IsEnded);
        Assert.Equal((1, 0), (mesh.Figure("listener.front.downstream_cx_max_duration_reached"), mesh.Figure("listener.front.downstream_cx_idle_timeout")));
    }

    [Fact]
    public void A_cluster_bounds_the_connections_to_it_up_to_a_tenth_earlier()
    {
        using var mesh = new MemoryMesh();
        var server = Start(
            mesh, new() { StatPrefix = "tcp", Clusters = [new("main", 1)] }, cluster => cluster with { ConnectionLife = new() { MaxDuration = TimeSpan.FromSeconds(10) } });
        var client = mesh.Client();
        client.Send("hello"u8);
        mesh.Kernel.AdvanceTime(8_999);
        Assert.False(client.IsEnded);
        mesh.Kernel.AdvanceTime(1_002);
        Assert.True(client.IsEnded);
        Assert.True(server.Accepted[0].IsEnded);
    }

    [Fact]
    public void A_connection_on_which_nothing_is_said_is_closed()
    {
        using var mesh = new MemoryMesh();
        Start(mesh, new() { IdleTimeout = TimeSpan.FromSeconds(4), StatPrefix = "tcp", Clusters = [new("main", 1)] });
        var client = mesh.Client();
        mesh.Kernel.AdvanceTime(4_001);
        Assert.True(client.IsEnded);
        Assert.Equal(1, mesh.Figure("listener.front.downstream_cx_idle_timeout"));
    }

    private static MemoryServer Start(MemoryMesh mesh, TcpChainConfig chain, Func<ClusterConfig, ClusterConfig>? cluster = null)
    {
        var server = mesh.Kernel.Serve();
        Assert.Empty(mesh.Proxy.Apply(new ProxyConfig
        {
            Listeners = [new ListenerConfig { Name = "front", Addresses = [Front], Chain = chain }],
            Clusters = [Cluster("main", [server], cluster)],
        }));
        return server;
    }
}
