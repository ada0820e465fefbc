using AwesomeRpc;
using AwesomeRpc.Codec;
using Meltemi.Codec;
using Meltemi.Proxy;
using Meltemi.Proxy.Config;
using Meltemi.Transport;
using static Meltemi.Tests.Support.MemoryMesh;

namespace Meltemi.Tests.Outbound.Health;

/// <summary>Endpoints are asked whether they are well, and used accordingly.</summary>
public class HealthCheckTests
{
    private static readonly ICodec Codec = new AwesomeRpcCodecFactory().Create(new());

    private static readonly HealthCheckConfig Connects = new()
    {
        Probe = new TcpProbeConfig("", []),
        Timeout = TimeSpan.FromSeconds(1),
        Interval = TimeSpan.FromSeconds(10),
        NoTrafficInterval = TimeSpan.FromSeconds(10),
        UnhealthyThreshold = 3,
        HealthyThreshold = 2,
    };

    private static readonly HealthCheckConfig Heartbeats = Connects with { Probe = new ProtocolProbeConfig(Codec, "", ApplicationErrorsFail: false) };

    [Fact]
    public void A_new_endpoint_gets_nothing_before_its_first_check_which_decides_alone()
    {
        using var fleet = New(3, Connects);
        fleet.Mesh.Kernel.OnConnect(fleet.Servers[1].Address, ConnectOutcome.Refuse);
        Assert.Equal([0, 1, 2], fleet.Unhealthy);
        Assert.Contains("(UH)", Assert.Single(fleet.Ask(1)).Text);
        fleet.Pass(0.1);
        Assert.Equal([1], fleet.Unhealthy);
        fleet.Ask(10);
        Assert.Equal([5, 0, 5], fleet.TakeAsked());
        Assert.Equal((3, 2, 1, 1), (Figure(fleet, "attempt"), Figure(fleet, "success"), Figure(fleet, "failure"), Figure(fleet, "network_failure")));
        Assert.Equal((2, 2), (Figure(fleet, "healthy"), fleet.Figure("membership_healthy")));
    }

    [Fact]
    public void So_many_failures_in_a_row_take_it_out_and_so_many_successes_bring_it_back()
    {
        using var fleet = New(2, Connects);
        fleet.Pass(0.1);
        fleet.Mesh.Kernel.OnConnect(fleet.Servers[0].Address, ConnectOutcome.Refuse);
        fleet.Pass(20);
        Assert.Empty(fleet.Unhealthy);
        fleet.Pass(10);
        Assert.Equal([0], fleet.Unhealthy);

        fleet.Mesh.Kernel.OnConnect(fleet.Servers[0].Address, ConnectOutcome.Normal);
        fleet.Pass(10);
        Assert.Equal([0], fleet.Unhealthy);
        fleet.Pass(10);
        Assert.Empty(fleet.Unhealthy);
        var name = fleet.Endpoints[0].Name;
        var lines = fleet.Mesh.Log.Entries.Where(entry => entry.Component == "health" && entry.Message.Contains(name)).Select(entry => entry.Message);
        Assert.Equal(
            [
                $"cluster 'main': endpoint {name} is healthy",
                $"cluster 'main': endpoint {name} is unhealthy: it refuses connections",
                $"cluster 'main': endpoint {name} is healthy again",
            ],
            lines);
    }

    [Fact]
    public void A_server_that_accepts_and_says_nothing_does_not_answer_heartbeats()
    {
        using var fleet = New(2, Heartbeats);
        fleet.Pass(0.1);
        Assert.Empty(fleet.Unhealthy);
        fleet.IsAlive[1] = false;
        fleet.Pass(33);
        Assert.Equal([1], fleet.Unhealthy);
        Assert.Contains(fleet.Mesh.Log.Entries, entry => entry.Message.EndsWith("is unhealthy: no answer within 1 s", StringComparison.Ordinal));
        fleet.IsAlive[1] = true;
        fleet.Pass(23);
        Assert.Empty(fleet.Unhealthy);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 4)]
    public void The_connection_is_kept_unless_that_is_not_wanted(bool reuse, int connections)
    {
        using var fleet = New(1, Heartbeats with { ReuseConnection = reuse });
        fleet.Pass(30.5);
        Assert.Equal(4, Figure(fleet, "success"));
        Assert.Equal(connections, fleet.Servers[0].Accepted.Count);
    }

    [Fact]
    public void A_connection_that_was_lost_between_two_checks_is_no_failure()
    {
        using var fleet = New(1, Heartbeats);
        fleet.Pass(0.1);
        fleet.Servers[0].Accepted[0].Close();
        fleet.Pass(10);
        Assert.Equal((2, 0), (Figure(fleet, "success"), Figure(fleet, "failure")));
    }

    [Theory]
    [InlineData(Status.Ok, false, true)]
    [InlineData(Status.ApplicationError, false, true)]
    [InlineData(Status.ApplicationError, true, false)]
    [InlineData(Status.Failed, false, false)]
    [InlineData(Status.BadRequest, false, false)]
    public void A_call_is_judged_by_its_answer(Status status, bool applicationErrorsFail, bool isWell)
    {
        var request = Convert.ToHexString(Request(77, "health").ToBytes());
        using var fleet = New(1, Connects with { Probe = new ProtocolProbeConfig(Codec, request, applicationErrorsFail) });
        fleet.Behave(status, 0);
        fleet.Pass(0.1);
        Assert.Equal(isWell ? [] : [0], fleet.Unhealthy);
        Assert.Equal([1], fleet.TakeAsked());
    }

    [Fact]
    public void Intervals_depend_on_traffic_and_health()
    {
        using var fleet = New(1, Connects with
        {
            NoTrafficInterval = TimeSpan.FromSeconds(60),
            Interval = TimeSpan.FromSeconds(10),
            UnhealthyInterval = TimeSpan.FromSeconds(2),
            UnhealthyThreshold = 1,
        });
        fleet.Pass(119);
        Assert.Equal(2, Figure(fleet, "attempt"));
        fleet.Ask(1);
        fleet.Pass(2); // the one that was due after a minute, and from now on
        Assert.Equal(3, Figure(fleet, "attempt"));
        fleet.Pass(30);
        Assert.Equal(6, Figure(fleet, "attempt"));
        fleet.Mesh.Kernel.OnConnect(fleet.Servers[0].Address, ConnectOutcome.Refuse);
        fleet.Pass(10);
        Assert.Equal(7, Figure(fleet, "attempt"));
        fleet.Pass(10);
        Assert.Equal(12, Figure(fleet, "attempt"));
    }

    [Fact]
    public void Checks_of_many_endpoints_are_spread_over_time_by_jitter()
    {
        using var fleet = New(100, Connects with { InitialJitter = TimeSpan.FromSeconds(10), IntervalJitterPercent = 50 });
        fleet.Pass(5);
        Assert.InRange(Figure(fleet, "attempt"), 30, 70);
        fleet.Pass(5.1);
        Assert.Equal(100, Figure(fleet, "attempt"));
        fleet.Pass(15);
        Assert.InRange(Figure(fleet, "attempt"), 200, 250);
    }

    [Fact]
    public void Endpoints_that_leave_are_not_asked_any_more_and_without_the_policy_nobody_is_unhealthy()
    {
        using var fleet = New(2, Heartbeats);
        fleet.IsAlive[0] = false;
        fleet.Pass(1.5);
        Assert.Equal([0], fleet.Unhealthy);
        var all = fleet.Mesh.Proxy.Clusters.Single().Config.Endpoints;
        fleet.Configure(config => config with { Endpoints = all[..1] });
        Assert.Equal([0], fleet.Unhealthy);
        fleet.Pass(1);
        Assert.True(fleet.Servers[1].Accepted[0].IsEnded || fleet.Servers[1].Accepted[0].IsReset);

        fleet.Configure(config => config with { HealthCheck = null });
        Assert.Empty(fleet.Unhealthy);
        Assert.Equal(0, fleet.Mesh.Loop.Gauges.ScheduledTimers);
    }

    [Fact]
    public void Endpoints_in_use_are_used_until_checks_that_are_new_to_them_fail()
    {
        using var fleet = new Fleet(2, cluster => cluster);
        fleet.IsAlive[0] = false;
        fleet.Configure(config => config with { HealthCheck = Heartbeats });
        Assert.Empty(fleet.Unhealthy);
        fleet.Pass(12);
        Assert.Empty(fleet.Unhealthy);
        fleet.Pass(12);
        Assert.Equal([0], fleet.Unhealthy);
    }

    [Fact]
    public void A_check_that_passes_brings_an_ejected_endpoint_back_unless_that_is_not_wanted()
    {
        foreach (var wanted in new[] { true, false })
        {
            var outliers = new OutlierConfig { MaxEjectionPercent = 100, Consecutive5xx = new(3, 100), UnejectByHealthCheck = wanted };
            using var fleet = new Fleet(2, cluster => cluster with { HealthCheck = Heartbeats, Outliers = outliers });
            fleet.Pass(0.1);
            fleet.Behave(Status.Failed, 1);
            fleet.Ask(10);
            Assert.Equal([1], fleet.Ejected);
            fleet.Pass(10);
            Assert.Equal(wanted ? [] : [1], fleet.Ejected);
        }
    }

    [Fact]
    public void A_check_may_go_to_another_port_or_nowhere()
    {
        using var fleet = New(2, Connects, (endpoint, i) => endpoint with { HealthCheckPort = i == 0 ? 1234 : 0, IsUnchecked = i == 1 });
        fleet.Pass(0.1);
        Assert.Equal([0], fleet.Unhealthy);
        Assert.Empty(fleet.Servers[0].Accepted);
        Assert.Empty(fleet.Servers[1].Accepted);
        Assert.Equal(1, Figure(fleet, "attempt"));
    }

    [Fact]
    public void There_is_one_checker_for_each_endpoint_however_many_loops_there_are()
    {
        var kernel = new MemoryKernel();
        var loops = Enumerable.Range(0, 4).Select(i => new EventLoop(kernel, index: i)).ToArray();
        var proxy = new DataPlane(loops, new DataPlaneOptions { Seed = 1 });
        var servers = Enumerable.Range(0, 20).Select(_ => kernel.Serve()).ToArray();
        proxy.Apply(new ProxyConfig { Clusters = [Cluster("main", servers, cluster => cluster with { HealthCheck = Connects })] });
        kernel.AdvanceTime(30_500);
        Assert.All(servers, server => Assert.Equal(4, server.Accepted.Count));
        proxy.Abort();
        kernel.AdvanceTime(1_000);
        Assert.All(loops, loop => Assert.Equal(0, loop.Gauges.ScheduledTimers));
        foreach (var loop in loops) loop.Dispose();
    }

    [Fact]
    public async Task A_cluster_is_ready_when_its_endpoints_have_been_checked_once()
    {
        using var fleet = New(2, Heartbeats);
        fleet.IsAlive[0] = false;
        var ready = fleet.Mesh.Proxy.PrepareCluster(fleet.Mesh.Proxy.Clusters.Single().Config with { Name = "other" });
        Assert.False(ready.IsCompleted);
        fleet.Pass(0.5);
        Assert.False(ready.IsCompleted);
        fleet.Pass(1);
        await ready.WaitAsync(TimeSpan.FromMinutes(1));
        fleet.Mesh.Proxy.ActivateCluster("other");
        fleet.Mesh.Proxy.RemoveCluster("other");
    }

    private static long Figure(Fleet fleet, string name) => fleet.Figure($"health_check.{name}");

    private static Fleet New(int servers, HealthCheckConfig check, Func<EndpointConfig, int, EndpointConfig>? endpoint = null) =>
        new(servers, cluster => cluster with
        {
            HealthCheck = check,
            Balancer = new() { PanicPercent = 0 },
            Endpoints = [.. cluster.Endpoints.Select(endpoint ?? ((one, _) => one))],
        });
}
