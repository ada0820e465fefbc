using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Filters;
using Meltemi.Proxy.Outbound;
using Meltemi.Proxy.Routing;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Inbound;

/// <summary>
/// What a listener's requests run by, compiled from its configuration and immutable: a new configuration makes a new model, which
/// connections pick up with their next message, while requests in flight keep theirs.
/// </summary>
public sealed class ListenerModel
{
    /// <summary>Time limit of a request that neither its route nor itself limits, as in Envoy: 15 s.</summary>
    public const int StandardTimeoutMilliseconds = 15_000;

    /// <summary>A stream that is silent both ways for so long ends with a time-out, as in Envoy: 5 minutes.</summary>
    public const int StreamIdleMilliseconds = 300_000;

    private readonly Filter[][] _filters;
    private readonly LoopRequestMetrics[] _metrics;

    internal ListenerModel(
        ListenerConfig listener, ProtocolChainConfig chain, Func<string, Cluster?> findCluster, Filter[][] filters, AttributeKeys keys,
        LoopRequestMetrics[] metrics, AccessLogModel accessLog)
    {
        Listener = listener;
        Chain = chain;
        Codec = chain.Codec;
        PoolMode = chain.PoolMode ?? Codec.Info.PoolMode;
        Keys = keys;
        Routes = RouteTable.Compile(chain.Routes, keys);
        Clusters = Routes.ClusterNames.Select(findCluster).ToArray();
        RequestReader = Codec.Bind(keys, Origin.Client);
        ResponseReader = Codec.Bind(keys, Origin.Server);
        InterfaceSlot = keys.IndexOf(Codec.Info.InterfaceAttribute);
        MethodSlot = keys.IndexOf(Codec.Info.MethodAttribute);
        TimeoutSlot = keys.IndexOf(Codec.Info.TimeoutAttribute);
        AccessLog = accessLog;
        accessLog.Bind(keys);
        _filters = filters;
        _metrics = metrics;
    }

    /// <summary>The listener's configuration.</summary>
    public ListenerConfig Listener { get; }

    /// <summary>Its protocol part.</summary>
    public ProtocolChainConfig Chain { get; }

    internal ICodec Codec { get; }

    internal PoolMode PoolMode { get; }

    internal AttributeKeys Keys { get; }

    internal RouteTable Routes { get; }

    internal Cluster?[] Clusters { get; }

    internal AttributeReader RequestReader { get; }

    internal AttributeReader ResponseReader { get; }

    internal int InterfaceSlot { get; }

    internal int MethodSlot { get; }

    internal int TimeoutSlot { get; }

    internal AccessLogModel AccessLog { get; }

    internal Filter[] Filters(int loop) => _filters[loop];

    internal LoopRequestMetrics Metrics(int loop) => _metrics[loop];

    /// <summary>All attributes that anybody reads: the codec finds these and no others.</summary>
    internal static AttributeKeys WantedKeys(ProtocolChainConfig chain, IEnumerable<string> others)
    {
        var info = chain.Codec.Info;
        var own = new[] { info.InterfaceAttribute, info.MethodAttribute, NeedsRequestTimeout(chain) ? info.TimeoutAttribute : null };
        return new AttributeKeys(own.OfType<string>().Concat(RouteTable.WantedKeys(chain.Routes)).Concat(others));
    }

    // A request's own limit may stand behind its arguments; where every route has one, nobody looks for it.
    private static bool NeedsRequestTimeout(ProtocolChainConfig chain) => chain.Routes.Routes.Any(route => route.Timeout is null);
}
