using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Filters;
using Meltemi.Proxy.Filters.Faults;
using Meltemi.Proxy.Filters.RateLimits.Local;
using Meltemi.Proxy.Outbound;
using Meltemi.Proxy.Routing;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Inbound;

/// <summary>
/// What the requests of a listener's chain run by, compiled from its configuration and immutable: a new configuration makes a new model, which
/// connections pick up with their next message, while requests in flight keep theirs.
/// </summary>
public sealed class ListenerModel
{
    /// <summary>Time limit of a request that neither its route nor itself limits, as in Envoy: 15 s.</summary>
    public const int StandardTimeoutMilliseconds = 15_000;

    /// <summary>A stream that is silent both ways for so long ends with a time-out, as in Envoy: 5 minutes.</summary>
    public const int StreamIdleMilliseconds = 300_000;

    private readonly AttributeKeys _ownKeys;
    private readonly Filter[][] _filters;
    private readonly LoopRequestMetrics[] _metrics;
    private readonly LocalLimits _limits;
    private readonly LocalLimit?[][]? _routeLimits;

    /// <param name="ownKeys">Slots of what the listener itself reads (<see cref="OwnKeys"/>), routes apart.</param>
    internal ListenerModel(
        ProtocolChainConfig chain, ChainState state, ClusterTable clusters, Filter[][] filters, AttributeKeys ownKeys,
        LoopRequestMetrics[] metrics, AccessLogModel accessLog, LocalLimits limits)
        : this(chain, state, clusters, filters, ownKeys, metrics, accessLog.Bind(ownKeys), limits, previous: null)
    {
    }

    private ListenerModel(
        ProtocolChainConfig chain, ChainState state, ClusterTable clusters, Filter[][] filters, AttributeKeys ownKeys,
        LoopRequestMetrics[] metrics, AccessLogModel accessLog, LocalLimits limits, ListenerModel? previous)
    {
        Chain = chain;
        State = state;
        Codec = chain.Codec;
        PoolMode = chain.PoolMode ?? Codec.Info.PoolMode;
        Keys = WithRoutes(ownKeys, chain);
        Routes = RouteTable.Compile(chain.Routes, Keys);
        Clusters = new(Routes.ClusterNames.Concat(chain.FilterClusters).Select(clusters.Acquire).ToArray()); // routes find theirs by position
        var sameKeys = previous is not null && previous.Keys.Names.SequenceEqual(Keys.Names);
        RequestReader = sameKeys ? previous!.RequestReader : Codec.Bind(Keys, Origin.Client);
        ResponseReader = sameKeys ? previous!.ResponseReader : Codec.Bind(Keys, Origin.Server);
        InterfaceSlot = Keys.IndexOf(Codec.Info.InterfaceAttribute);
        MethodSlot = Keys.IndexOf(Codec.Info.MethodAttribute);
        TimeoutSlot = Keys.IndexOf(Codec.Info.TimeoutAttribute);
        SourceIpSlot = Keys.IndexOf(ConnectionAttributes.SourceIp);
        Fault = previous is not null ? previous.Fault : chain.Fault is { } fault ? new FaultPolicy(fault, Keys) : null;
        AccessLog = accessLog;
        _ownKeys = ownKeys;
        _filters = filters;
        ReadsAnswers = accessLog.WantsResponses || Array.Exists(filters[0], static filter => filter.ReadsAnswers);
        _metrics = metrics;
        _limits = limits;
        _routeLimits = limits.Compile(chain.Routes, state.Place, Keys);
    }

    /// <summary>Its configuration.</summary>
    public ProtocolChainConfig Chain { get; }

    /// <summary>The chain whose model this is, or was.</summary>
    internal ChainState State { get; }

    internal ICodec Codec { get; }

    internal PoolMode PoolMode { get; }

    internal AttributeKeys Keys { get; }

    internal RouteTable Routes { get; }

    internal ClusterRefs Clusters { get; }

    internal AttributeReader RequestReader { get; }

    internal AttributeReader ResponseReader { get; }

    internal int InterfaceSlot { get; }

    internal int MethodSlot { get; }

    internal int TimeoutSlot { get; }

    internal int SourceIpSlot { get; }

    internal FaultPolicy? Fault { get; }

    internal AccessLogModel AccessLog { get; }

    /// <summary>Whether answers are looked into whatever their route is.</summary>
    internal bool ReadsAnswers { get; }

    internal Filter[] Filters(int loop) => _filters[loop];

    internal LoopRequestMetrics Metrics(int loop) => _metrics[loop];

    /// <summary>The limit of a route; null: it has none.</summary>
    internal LocalLimit? LimitOf(Route route, int loop) => _routeLimits?[loop][route.Position];

    /// <summary>The same chain with other routes: filters keep what they know, and slots that they looked up stay right.</summary>
    internal ListenerModel WithRoutes(RouteTableConfig routes, ClusterTable clusters)
    {
        var chain = Chain with { Routes = routes };
        return new ListenerModel(chain, State, clusters, _filters, _ownKeys, _metrics, AccessLog, _limits, previous: this);
    }

    /// <summary>The attributes that a listener reads whatever its routes are: the codec finds these, those of the routes, and no others.</summary>
    internal static AttributeKeys OwnKeys(ProtocolChainConfig chain, IEnumerable<string> others) =>
        new(new[] { chain.Codec.Info.InterfaceAttribute, chain.Codec.Info.MethodAttribute }.OfType<string>()
            .Concat(FaultPolicy.WantedKeys(chain.Fault)).Concat(others));

    // Those of the routes come last, so that other routes do not move the slots of the others. A request's own limit may stand behind its
    // arguments; where every route has one, nobody looks for it.
    private static AttributeKeys WithRoutes(AttributeKeys ownKeys, ProtocolChainConfig chain)
    {
        var timeout = chain.Routes.Routes.Any(route => route.Timeout is null) ? chain.Codec.Info.TimeoutAttribute : null;
        return new(ownKeys.Names.Concat(RouteTable.WantedKeys(chain.Routes)).Concat(timeout is null ? [] : [timeout]));
    }
}
