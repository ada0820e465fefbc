using Meltemi.Codec;
using Meltemi.Interop.Tests.Support;
using Meltemi.Proxy.Config;

namespace Meltemi.Interop.Tests.Policies;

/// <summary>What a policy did to a call stands in the client's error, the access log and the figures, under one flag.</summary>
public sealed class FlagTests : IDisposable
{
    private readonly string _log = Path.Combine(Path.GetTempPath(), $"meltemi-flags-{Guid.NewGuid():N}.log");

    [PolicyTheory, EachProtocol]
    public async Task Each_end_of_a_call_has_its_flag_everywhere(Protocol protocol)
    {
        using var places = new Places();
        var servers = await protocol.ServersAsync();
        var retry = new RetryConfig { On = ["connect-failure"], BackOffBase = TimeSpan.FromMilliseconds(1) };
        var once = new LocalRateLimitConfig { StatPrefix = "shop", Rules = [new([new("method", new ExactMatch("who"))], new(1, 1, TimeSpan.FromHours(1)))] };
        RouteConfig To(string cluster, string user) => Mesh.Route(cluster, ("user", user));
        RouteConfig Faulty(string user, FaultConfig fault) => To("main", user) with { Fault = fault };
        var delay = new FaultDelayConfig(FaultDelayKind.Fixed, TimeSpan.FromMilliseconds(1), Fraction.All);
        var abort = new FaultAbortConfig(ReplyReason.Timeout, Fraction.All);
        using var mesh = new Mesh(
            protocol.Codec(),
            [
                To("main", "-"), To("main", "RL") with { LocalRateLimit = once }, To("full", "UO") with { Timeout = TimeSpan.Zero }, To("empty", "UH"), To("refusing", "UF"),
                To("refusing", "UF,URX") with { Retry = retry }, To("silent", "UT") with { Timeout = TimeSpan.FromMilliseconds(50) }, To("nowhere", "NC"),
                Faulty("FI", new() { Abort = abort }), Faulty("DI", new() { Delay = delay }), Faulty("DI,FI", new() { Delay = delay, Abort = abort }),
            ],
            [
                Mesh.Cluster("main", servers.Address), Mesh.Cluster("full", servers.Address) with { Limits = new() { MaxRequests = 1 } }, Mesh.Cluster("empty"),
                Mesh.Cluster("refusing", places.Refusing), Mesh.Cluster("silent", places.Silent),
            ]);
        mesh.ChangeChain(chain => chain with { AccessLogs = [new AccessLogConfig { Path = _log, Format = "%REQ(user)% %RESPONSE_FLAGS%\n" }] });
        await using var client = await protocol.ConnectAsync(mesh.Port);
        await client.ResultAsync("who", headers: ("user", "RL")); // The one that may pass.
        var held = client.ResultAsync("hold", "flags", 1, ("user", "UO"));
        await mesh.FigureAsync("cluster.full.upstream_rq_active", 1);

        string[] flags = ["-", "RL", "UO", "UH", "UF", "UF,URX", "UT", "NC", "NR", "FI", "DI", "DI,FI"];
        foreach (var flag in flags)
        {
            var answer = await client.CallAsync("who", null, 0, ("user", flag));
            Assert.Equal(flag is "-" or "DI", answer.IsOk);
            if (!answer.IsOk) Assert.Contains($"({flag.Split(',')[flag.StartsWith("DI", StringComparison.Ordinal) ? 1 : 0]})", answer.Text);
        }

        await servers.WriteAsync("release flags");
        await held;
        string[] expected = [.. flags.Select(flag => $"{flag} {flag}"), "RL -", "UO -"];
        await Safety.Until(() => File.Exists(_log) && File.ReadAllLines(_log).Length == expected.Length, mesh.Prometheus);
        Assert.Equal(expected.Order(StringComparer.Ordinal), File.ReadAllLines(_log).Order(StringComparer.Ordinal));
        var figures = mesh.Prometheus();
        foreach (var flag in flags) Assert.Contains($"response_flags=\"{flag}\"", figures);
    }

    public void Dispose() => File.Delete(_log);
}
