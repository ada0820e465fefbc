using System.Net;
using System.Net.Sockets;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Filters;
using Meltemi.Proxy.Filters.RateLimits.Local;
using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Outbound;
using Meltemi.Proxy.Telemetry.AccessLog;
using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.Proxy.Telemetry.Metrics;
using Meltemi.Transport;

namespace Meltemi.Proxy.Inbound;

/// <summary>A listener as it runs: its sockets on every loop, and the holder of what its requests run by.</summary>
public sealed class RunningListener
{
    private readonly InboundListener[] _parts;
    private readonly Worker[] _workers;
    private readonly ListenerState _state;
    private readonly MetricRegistry _metrics;
    private readonly LocalLimits _limits;
    private readonly List<ListenerGroup> _sockets = [];
    private LoopRequestMetrics[]? _requests;

    internal RunningListener(ListenerConfig config, Worker[] workers, MetricRegistry metrics, LocalLimits limits, Log log)
    {
        _workers = workers;
        _metrics = metrics;
        _limits = limits;
        _state = new ListenerState(config, ListenerStats.Create(metrics, config.Name), log.For("listener"));
        _parts = Array.ConvertAll(workers, worker => new InboundListener(_state, worker));
    }

    /// <summary>The configuration in force.</summary>
    public ListenerConfig Config => _state.Config;

    /// <summary>Where it listens, with the real ports.</summary>
    public IEnumerable<EndPoint> Addresses => _sockets.Select(group => group.LocalEndPoint);

    /// <summary>Open connections; exact when the loops rest.</summary>
    public int OpenConnections => _parts.Sum(part => part.Open);

    /// <summary>Whether the sockets and connections can stay under another configuration.</summary>
    internal bool CanBecome(ListenerConfig config) =>
        config.Addresses.SequenceEqual(Config.Addresses) && config.Backlog == Config.Backlog && config.ProxyProtocol == Config.ProxyProtocol
        && config.MaxConnections == Config.MaxConnections && SameProtocol(config.Chain, Config.Chain);

    internal void Use(ListenerConfig config, NodeConfig node, DataPlaneOptions options, AccessLogFiles logs, ClusterTable clusters)
    {
        var log = new AccessLogModel(config.Chain, logs, _workers.Length);
        var old = _state.Clusters;
        if (config.Chain is TcpChainConfig tcp) _state.Use(config, null, new TcpModel(tcp, log, clusters));
        else _state.Use(config, Compile(config, (ProtocolChainConfig)config.Chain, node, options, log, clusters), null);
        clusters.Release(old);
    }

    /// <summary>Other routes; nothing else changes.</summary>
    internal void Use(RouteTableConfig routes, ClusterTable clusters)
    {
        if (Config.Chain is not ProtocolChainConfig) return;
        var old = _state.Clusters;
        var model = _state.Model.WithRoutes(routes, clusters);
        _state.Use(model.Listener, model, null);
        clusters.Release(old);
    }

    /// <summary>It no longer needs its clusters; what its last requests still find are those it had.</summary>
    internal void Release(ClusterTable clusters) => clusters.Release(_state.Clusters);

    /// <summary>Opens the sockets, all of them or none; the answer is what went wrong.</summary>
    internal string? Open()
    {
        var options = new ListenerOptions
        {
            Backlog = Config.Backlog,
            ProxyProtocol = Config.ProxyProtocol,
            Limit = Config.MaxConnections > 0 ? new ConnectionLimit(Config.MaxConnections) : null,
            Connections = new ConnectionOptions { HighWatermark = Config.BufferLimitBytes, MaxUnconsumedBytes = MaxUnconsumed },
            OnAcceptError = (listener, error, errno) =>
                _state.Log.Error($"{Config.Name} cannot accept on {listener.LocalEndPoint}: {error} (errno {errno})"),
        };
        foreach (var address in Config.Addresses)
        {
            try
            {
                _sockets.Add(ListenerGroup.Listen(_workers.Select(worker => worker.Loop), address, options, loop => _parts[loop.Index]));
            }
            catch (SocketException e)
            {
                foreach (var group in _sockets) group.Close();
                return $"listener '{Config.Name}' cannot listen on {address}: {e.Message}";
            }
        }

        return null;
    }

    /// <summary>Sets the figures that are looked up rather than counted.</summary>
    internal void Collect() => _metrics.Shared.Set(_state.Stats.CxOverflow, _sockets.Sum(group => group.RefusedOverLimit));

    internal void Drain()
    {
        foreach (var group in _sockets) group.StopAccepting();
        foreach (var part in _parts) part.Worker.Loop.Post(static part => ((InboundListener)part!).Drain(), part);
    }

    internal void Abort()
    {
        foreach (var group in _sockets) group.Close();
        foreach (var part in _parts) part.Worker.Loop.Post(static part => ((InboundListener)part!).Abort(), part);
    }

    private int MaxUnconsumed => Config.Chain is ProtocolChainConfig { Codec.Info.MaxFrameBytes: var most } ? most + 64 * 1024 : 64 * 1024;

    private static bool SameProtocol(ChainConfig a, ChainConfig b) =>
        (a as ProtocolChainConfig)?.Codec.Info.Name == (b as ProtocolChainConfig)?.Codec.Info.Name;

    private ListenerModel Compile(
        ListenerConfig config, ProtocolChainConfig chain, NodeConfig node, DataPlaneOptions options, AccessLogModel log, ClusterTable clusters)
    {
        // Figures belong to the listener, not to one version of its configuration.
        if (_requests is null)
        {
            var requests = new RequestMetrics(_metrics, new RequestLabels(node, chain.Codec.Info.Name));
            _requests = Array.ConvertAll(_workers, worker => requests.ForLoop(worker.Index));
        }

        var factories = chain.Filters.Select(filter => (Factory: options.Filters.First(factory => factory.Name == filter.Name), filter.Options)).ToArray();
        var others = factories.SelectMany(filter => filter.Factory.WantedKeys(filter.Options)).Concat(log.WantedKeys);
        var keys = ListenerModel.OwnKeys(chain, others);
        var filters = Array.ConvertAll(_workers, worker => Array.ConvertAll(factories, filter => filter.Factory.Create(filter.Options, new(config.Name, keys, worker.Loop))));
        return new ListenerModel(config, chain, clusters, filters, keys, _requests, log, _limits);
    }
}
