using System.Net;
using Meltemi.Interop.Tests.Support;
using Meltemi.Proxy.Config;

namespace Meltemi.Interop.Tests.Policies;

/// <summary>A server that is stopped and started again, as each kind of check sees it.</summary>
public sealed class HealthCheckTests
{
    [PolicyTheory]
    [InlineData(Protocol.Dubbo, "connect")]
    [InlineData(Protocol.Dubbo, "heartbeat")]
    [InlineData(Protocol.Dubbo, "call")]
    [InlineData(Protocol.Dubbo, "http")]
    [InlineData(Protocol.Thrift, "connect")]
    [InlineData(Protocol.Thrift, "call")]
    [InlineData(Protocol.Thrift, "http")]
    public async Task A_server_that_dies_gets_no_calls_until_it_is_back(Protocol protocol, string kind)
    {
        var lasting = await protocol.ServeAsync("lasting", 0, "--health", "0");
        await using var ends = lasting;
        await using var mortal = await protocol.ServeAsync("mortal", 0, "--health", "0");
        using var mesh = new Mesh(protocol.Codec(), [Mesh.Route("main")], [Checked(await ProbeAsync(protocol, kind), kind, lasting, mortal)]);
        await using var client = await protocol.ConnectAsync(mesh.Port);
        await mesh.FigureAsync("cluster.main.health_check.healthy", 2);
        Assert.Equal(["lasting", "mortal"], (await client.TallyAsync("who", 10)).Keys.Order());

        await mortal.KillAsync();
        await mesh.FigureAsync("cluster.main.health_check.healthy", 1);
        Assert.Equal("lasting", Assert.Single(await client.TallyAsync("who", 10)).Key);
        Assert.Contains(mesh.Logged, line => line.Contains($"cluster 'main': endpoint {mortal.Address} is unhealthy: "));

        await using var back = await protocol.ServeAsync("back", mortal.Address.Port, "--health", $"{mortal.Addresses[1].Port}");
        await mesh.FigureAsync("cluster.main.health_check.healthy", 2);
        Assert.Equal(["back", "lasting"], (await client.TallyAsync("who", 10)).Keys.Order());
        Assert.Contains(mesh.Logged, line => line == $"cluster 'main': endpoint {mortal.Address} is healthy again");
        Assert.True(mesh.Figure("cluster.main.health_check.network_failure") >= 2);
    }

    [PolicyTheory]
    [InlineData(Protocol.Dubbo, "heartbeat")]
    [InlineData(Protocol.Dubbo, "call")]
    [InlineData(Protocol.Thrift, "call")]
    public async Task A_server_that_hangs_is_found_out_by_what_it_does_not_answer(Protocol protocol, string kind)
    {
        await using var lasting = await protocol.ServeAsync("lasting");
        await using var hanging = await protocol.ServeAsync("hanging");
        using var mesh = new Mesh(protocol.Codec(), [Mesh.Route("main")], [Checked(await ProbeAsync(protocol, kind), kind, lasting, hanging)]);
        await using var client = await protocol.ConnectAsync(mesh.Port);
        await mesh.FigureAsync("cluster.main.health_check.healthy", 2);

        hanging.Freeze();
        await mesh.FigureAsync("cluster.main.health_check.healthy", 1);
        Assert.Contains(mesh.Logged, line => line.Contains($"endpoint {hanging.Address} is unhealthy: no answer within 1 s"));
        Assert.Equal("lasting", Assert.Single(await client.TallyAsync("who", 10)).Key);

        hanging.Thaw();
        await mesh.FigureAsync("cluster.main.health_check.healthy", 2);
        Assert.Equal(["hanging", "lasting"], (await client.TallyAsync("who", 10)).Keys.Order());
    }

    private static async Task<ProbeConfig> ProbeAsync(Protocol protocol, string kind) => kind switch
    {
        "connect" => new TcpProbeConfig("", []),
        "heartbeat" => new ProtocolProbeConfig(protocol.Codec().Create(new()), "", false),
        "call" => new ProtocolProbeConfig(protocol.Codec().Create(new()), Convert.ToHexString(await protocol.BytesOfAsync("who")), false),
        _ => new HttpProbeConfig("GET /healthz HTTP/1.1\r\nhost: main\r\n\r\n", [(200, 201)], []),
    };

    // HTTP is asked at the port that each says last.
    private static ClusterConfig Checked(ProbeConfig probe, string kind, params PeerProcess[] servers) => new()
    {
        Name = "main",
        Endpoints = [.. servers.Select(server => new EndpointConfig { Address = server.Address, HealthCheckPort = kind == "http" ? server.Addresses[1].Port : 0 })],
        Balancer = new() { PanicPercent = 0 },
        HealthCheck = new()
        {
            Probe = probe,
            Timeout = TimeSpan.FromSeconds(1),
            Interval = TimeSpan.FromMilliseconds(20),
            NoTrafficInterval = TimeSpan.FromMilliseconds(20),
            UnhealthyThreshold = 2,
            HealthyThreshold = 2,
        },
    };
}
