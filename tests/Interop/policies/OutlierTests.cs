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
        const int Calls = 16_000;
        await using var servers = await protocol.ServeAsync("bad1,bad2,bad3,4,5,6,7,8,9,10");
        var retry = new RetryConfig { On = ["5xx"], HostAttempts = 5, BackOffBase = TimeSpan.FromMilliseconds(1) };
        using var mesh = new Mesh(
            protocol.Codec(), [Mesh.Route("main") with { Retry = retry }],
            [
                Mesh.Cluster("main", [.. servers.Addresses]) with
                {
                    Outliers = new() { Consecutive5xx = new(5, 100), MaxEjectionPercent = 50, BaseEjectionTime = TimeSpan.FromHours(1) },
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
}
