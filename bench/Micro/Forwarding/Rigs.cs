using Meltemi.Codec;
using Meltemi.Protocols.Dubbo;
using Meltemi.Protocols.Thrift;
using Meltemi.Proxy.Config;

namespace Meltemi.Bench.Micro.Forwarding;

/// <summary>The proxies that are weighed: a Dubbo one that routes by interface, method and attachment, and a Thrift one by method.</summary>
internal static class Rigs
{
    /// <summary>A policy that no request needs, as long as nothing fails.</summary>
    public static readonly RetryConfig Retry = new()
    {
        On = ["connect-failure", "5xx"],
        PerTryTimeout = TimeSpan.FromSeconds(2),
        BackOffBase = TimeSpan.FromMilliseconds(1),
        HostAttempts = 5,
    };

    /// <param name="change">Policies of the route that requests take.</param>
    public static ForwardingRig Dubbo(int batch, Func<RouteConfig, RouteConfig>? change = null) => new(
        new DubboCodecFactory().Create(new CodecOptions()), Messages.DubboRequest(), Messages.DubboAnswer(), batch, null,
        Route(("method", "nothing")), Changed(change, ("interface", "org.meltemi.bench.EchoService"), ("method", "echo"), ("user", "gold")));

    /// <summary>The Dubbo proxy with bounds on the requests in flight that are never reached.</summary>
    public static ForwardingRig DubboBounded(int batch) => new(
        chain => chain with
        {
            Filters =
            [
                new("meltemi.filters.adaptive_concurrency", new AdaptiveConcurrencyConfig
                {
                    UpdateInterval = TimeSpan.FromMilliseconds(1),
                    FixedShortest = TimeSpan.FromSeconds(1),
                    ProbeConcurrency = 2 * batch,
                }),
                new("meltemi.filters.concurrency_limit", new ConcurrencyLimitConfig { MaxConcurrency = 2 * batch, MaxQueue = batch }),
            ],
        },
        new DubboCodecFactory().Create(new CodecOptions()), Messages.DubboRequest(), Messages.DubboAnswer(), batch, null, Route(("method", "echo")));

    /// <summary>All requests are answered with an error, and tried a second time after a millisecond.</summary>
    public static ForwardingRig FailingDubbo(int batch) => new(
        new DubboCodecFactory().Create(new CodecOptions()), Messages.DubboRequest(), Messages.DubboAnswer(80), batch, null,
        Route(("method", "echo")) with { Retry = Retry });

    /// <inheritdoc cref="Dubbo"/>
    public static ForwardingRig Thrift(int batch, Func<RouteConfig, RouteConfig>? change = null) => new(
        new ThriftCodecFactory().Create(new CodecOptions()), Messages.ThriftCall(), Messages.ThriftCall(type: 2), batch, PoolMode.Multiplexed,
        Changed(change, ("method", "echo")));

    /// <summary>The Dubbo proxy with limits that are never reached, one for all and one by user.</summary>
    public static ForwardingRig DubboLimited(int batch) => new(
        new DubboCodecFactory().Create(new CodecOptions()), Messages.DubboRequest(), Messages.DubboAnswer(), batch, null,
        Route(("method", "echo")) with { LocalRateLimit = new() { StatPrefix = "bench", Rules = [Limit(new AttributeMatch("method", new ExactMatch("nothing"))), Limit()] } });

    /// <summary>The Dubbo proxy with all policies, none of which ever has anything to do: what the lab's arm <c>policies</c> has.</summary>
    public static ForwardingRig DubboWithIdlePolicies(int batch) => new ForwardingRig(
        chain => chain with
        {
            Filters =
            [
                new("aeraki.meta_protocol.filters.local_ratelimit", new LocalRateLimitConfig
                {
                    StatPrefix = "bench", Rules = [new([], new(1_000_000_000, 1_000_000_000, TimeSpan.FromMilliseconds(1)))],
                }),
            ],
        },
        new DubboCodecFactory().Create(new CodecOptions()), Messages.DubboRequest(), Messages.DubboAnswer(), batch, null,
        Route(("method", "nothing")),
        Route(("interface", "org.meltemi.bench.EchoService"), ("method", "echo"), ("user", "gold")) with
        {
            Timeout = TimeSpan.FromSeconds(15),
            Retry = Retry,
            Mirrors = [new("empty", new(0, 100))],
            Fault = new FaultConfig { Abort = new(ReplyReason.NoHealthyEndpoint, new(0, 100)) },
        }).WithCluster(cluster => cluster with
        {
            Outliers = new() { SplitLocalOriginErrors = true },
            Balancer = new() { Kind = BalancerKind.LeastRequest, SlowStart = new() { Window = TimeSpan.FromSeconds(1) } },
            Limits = new() { RetryBudget = new() },
        });

    private static RouteConfig Changed(Func<RouteConfig, RouteConfig>? change, params (string Attribute, string Value)[] conditions) =>
        change is null ? Route(conditions) : change(Route(conditions));

    private static LocalLimitRule Limit(params AttributeMatch[] match) => new(
        [.. match], new(1_000_000_000, 1_000_000_000, TimeSpan.FromMilliseconds(1)), match.Length == 0 ? new("user") : null);

    private static RouteConfig Route(params (string Attribute, string Value)[] conditions) => new()
    {
        Name = "matched",
        Clusters = [new("main", 1)],
        Match = [.. conditions.Select(condition => new AttributeMatch(condition.Attribute, new ExactMatch(condition.Value)))],
    };
}
