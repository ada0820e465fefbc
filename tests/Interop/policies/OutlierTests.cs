using Meltemi.Interop.Tests.Support;
using Meltemi.Proxy.Config;

namespace Meltemi.Interop.Tests.Policies;

/// <summary>Servers that do badly are hardly noticed.</summary>
public sealed class OutlierTests
{
    /// <summary>The first failure ejects, for good.</summary>
    internal static OutlierConfig Eager { get; } = new()
    {
        Consecutive5xx = new(1, 100),
        MaxEjectionPercent = 100,
        BaseEjectionTime = TimeSpan.FromHours(1),
        MaxEjectionTime = TimeSpan.FromHours(1),
    };

    [PolicyTheory, EachProtocol]
    public async Task With_three_of_ten_servers_failing_half_of_their_calls_less_than_one_in_a_thousand_fails(Protocol protocol)
    {
        const int Calls = 12_000;
        await using var servers = await protocol.ServeAsync("bad1,bad2,bad3,4,5,6,7,8,9,10");
        var retry = new RetryConfig { On = ["5xx"], HostAttempts = 5, BackOffBase = TimeSpan.FromMilliseconds(1) };
        using var mesh = new Mesh(
            protocol.Codec(), [Mesh.Route("main") with { Retry = retry }],
            [
                Mesh.Cluster("main", [.. servers.Addresses]) with
                {
                    Outliers = new() { Consecutive5xx = new(3, 100), MaxEjectionPercent = 50, BaseEjectionTime = TimeSpan.FromHours(1) },
                    Limits = new() { MaxRetries = 100 },
                },
            ]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        var tallies = await Task.WhenAll(Enumerable.Range(0, 4).Select(on => client.TallyAsync("sometimes", Calls / 4, "x", on)));
        var failed = Calls - tallies.Sum(tally => tally["x"]);

        Assert.InRange(failed, 0, Calls / 1000);
        Assert.Equal(3, mesh.Figure("cluster.main.outlier_detection.ejections_active"));
        Assert.Equal(3, mesh.Logged.Count(line => line.Contains("is ejected")));
    }

    [PolicyTheory, EachProtocol]
    public async Task A_server_that_accepts_and_never_answers_does_not_move_the_99th_percentile(Protocol protocol)
    {
        const int Calls = 4000;
        const int Connections = 4;
        using var places = new Places();
        var servers = await protocol.ServersAsync();
        var retry = new RetryConfig { On = ["reset"], HostAttempts = 5, PerTryTimeout = TimeSpan.FromSeconds(1) };
        using var mesh = new Mesh(
            protocol.Codec(), [Mesh.Route("main") with { Retry = retry }],
            [
                Mesh.Cluster("main", [places.Silent, .. servers.Addresses]) with
                {
                    Outliers = Eager with { Consecutive5xx = new(3, 100) },
                    Limits = new() { MaxRetries = 100 },
                },
            ]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        var tallies = await Task.WhenAll(Enumerable.Range(0, Connections).Select(on => client.TallyAsync("echo", Calls / Connections, "x", on)));

        // Whoever meets it waits for its time-out. Those are fewer than one in a hundred: as many as clients have outstanding before it is known.
        Assert.Equal(Calls, tallies.Sum(tally => tally["x"]));
        Assert.InRange(mesh.Figure("cluster.main.upstream_rq_per_try_timeout"), 3, Calls / 100);
        Assert.Equal(1, mesh.Figure("cluster.main.outlier_detection.ejections_active"));
    }

    [PolicyTheory, EachProtocol]
    public async Task Exceptions_of_the_business_eject_nobody_unless_asked(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        ClusterConfig Judged(string name, bool strictly) =>
            Mesh.Cluster(name, [.. servers.Addresses]) with { Outliers = Eager with { ApplicationErrors = strictly, MaxEjectionPercent = 34 } };
        using var mesh = new Mesh(
            protocol.Codec(), [Mesh.Route("strict", ("user", "strict")), Mesh.Route("fair")], [Judged("strict", true), Judged("fair", false)]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        for (var i = 0; i < 20; i++) Assert.False((await client.CallAsync("refuse", "x")).IsOk);
        Assert.Equal(3, mesh.Figure("cluster.fair.membership_healthy"));

        Assert.False((await client.CallAsync("refuse", "x", headers: ("user", "strict"))).IsOk);
        Assert.Equal(2, mesh.Figure("cluster.strict.membership_healthy"));
    }

    [PolicyTheory]
    [InlineData(Protocol.Dubbo, "success_rate")]
    [InlineData(Protocol.Dubbo, "failure_percentage")]
    [InlineData(Protocol.Thrift, "success_rate")]
    [InlineData(Protocol.Thrift, "failure_percentage")]
    public async Task A_server_that_fails_more_than_the_others_is_found_by_its_share_of_failures(Protocol protocol, string reason)
    {
        await using var servers = await protocol.ServeAsync("bad,2,3,4,5,6");
        var never = new Conviction(5, 0);
        var outliers = Eager with
        {
            Consecutive5xx = never,
            ConsecutiveGatewayFailure = never,
            Interval = TimeSpan.FromMilliseconds(200),
            SuccessRate = new() { RequestVolume = 20, EnforcingPercent = reason == "success_rate" ? 100 : 0 },
            FailurePercentage = new() { RequestVolume = 20, Threshold = 25, EnforcingPercent = reason == "failure_percentage" ? 100 : 0 },
        };
        using var mesh = new Mesh(protocol.Codec(), [Mesh.Route("main")], [Mesh.Cluster("main", [.. servers.Addresses]) with { Outliers = outliers }]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        // Until there was an interval with enough calls.
        var end = DateTime.UtcNow + Safety.Limit;
        do
        {
            Assert.True(DateTime.UtcNow < end, mesh.Prometheus());
            await client.TallyAsync("sometimes", 600, "x");
        }
        while (mesh.Figure("cluster.main.outlier_detection.ejections_active") == 0);

        Assert.Equal("x", Assert.Single(await client.TallyAsync("sometimes", 100, "x")).Key);
        Assert.Equal(1, mesh.Figure($"cluster.main.outlier_detection.ejections_enforced_{reason}"));
        Assert.Contains(mesh.Logged, line => line.Contains($"{servers.Address} is ejected"));
    }

    [PolicyTheory, EachProtocol]
    public async Task Not_all_are_ejected_and_where_too_few_are_left_all_are_used(Protocol protocol)
    {
        using var places = new Places();
        using var others = new Places();
        ClusterConfig Failing(string name, int percent) => Mesh.Cluster(name, places.Refusing, others.Refusing) with
        {
            Outliers = Eager with { SplitLocalOriginErrors = true, ConsecutiveLocalOriginFailure = new(1, 100), MaxEjectionPercent = percent },
        };
        using var mesh = new Mesh(
            protocol.Codec(), [Mesh.Route("half", ("user", "half")), Mesh.Route("all")], [Failing("half", 50), Failing("all", 100)]);
        await using var client = await protocol.ConnectAsync(mesh.Port);

        for (var i = 0; i < 4; i++)
        {
            Assert.Contains("cannot connect", await client.ErrorAsync("who", headers: ("user", "half")));
            Assert.Contains("cannot connect", await client.ErrorAsync("who"));
        }

        Assert.Equal((1, 2), (Ejected("half", "ejections_active"), Ejected("all", "ejections_active")));
        Assert.Equal(2, Ejected("all", "ejections_enforced_consecutive_local_origin_failure"));
        Assert.True(Ejected("half", "ejections_overflow") > 0, mesh.Prometheus());
        Assert.True(mesh.Figure("cluster.all.lb_healthy_panic") > 0, mesh.Prometheus());

        long Ejected(string cluster, string name) => mesh.Figure($"cluster.{cluster}.outlier_detection.{name}");
    }

    [PolicyTheory, EachProtocol]
    public async Task One_that_is_well_again_comes_back_after_its_time(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        await using var mortal = await protocol.ServeAsync("mortal");
        var brief = TimeSpan.FromMilliseconds(100);
        using var mesh = new Mesh(
            protocol.Codec(), [Mesh.Route("main")],
            [Mesh.Cluster("main", servers.Address, mortal.Address) with { Outliers = Eager with { Interval = brief, BaseEjectionTime = brief, MaxEjectionTime = brief } }]);
        await using var client = await protocol.ConnectAsync(mesh.Port);
        Assert.Equal(2, (await client.TallyAsync("who", 10)).Count);

        await mortal.KillAsync();
        await Safety.Until(() => !client.CallAsync("who").GetAwaiter().GetResult().IsOk, mesh.Prometheus);
        await using var back = await protocol.ServeAsync("back", mortal.Address.Port);
        await Safety.Until(() => client.ResultAsync("who").GetAwaiter().GetResult() == "back", mesh.Prometheus);
        Assert.Contains(mesh.Logged, line => line.Contains($"{mortal.Address} is back"));
    }
}
