using System.Net;
using System.Net.Sockets;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Filters;
using Meltemi.Proxy.Filters.RateLimits.Local;
using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Inbound.Recognition;
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
        && config.MaxConnections == Config.MaxConnections && MaxUnconsumed(config) == MaxUnconsumed(Config)
        && config.AllChains().All(chain => _state.Chains.Find(chain.Key) is null || SameProtocol(chain.Value, ChainOf(Config, chain.Key)));

    /// <summary>Runs by another configuration. Chains that it has no more let their clients go.</summary>
    internal void Use(ListenerConfig config, NodeConfig node, DataPlaneOptions options, AccessLogFiles logs, ClusterTable clusters)
    {
        // Opening a log may fail; then nothing has changed.
        var chains = config.AllChains().Select(chain => (Name: chain.Key, Config: chain.Value, Log: new AccessLogModel(chain.Value, logs, _workers.Length))).ToArray();
        var old = _state.Chains;
        var states = chains.ToDictionary(chain => chain.Name, chain => old.Find(chain.Name) ?? new ChainState(config.Name, chain.Name));
        foreach (var chain in chains)
        {
            var state = states[chain.Name];
            var before = state.Clusters;
            if (chain.Config is TcpChainConfig tcp) state.Use(new TcpModel(tcp, chain.Log, clusters));
            else state.Use(Compile((ProtocolChainConfig)chain.Config, state, node, options, chain.Log, clusters));
            clusters.Release(before);
        }

        var recogniser = config.Recognition is { } recognition
            ? new Recogniser(recognition, [.. recognition.Chains.Select(chain => states[chain.Name])], _state.Stats.Recognition.Found)
            : null;
        _state.Use(config, new ListenerChains(states.GetValueOrDefault(""), recogniser));
        foreach (var gone in old.All.Where(chain => states.GetValueOrDefault(chain.Name) != chain)) LetGo(gone, clusters);
    }

    /// <summary>Other routes for a chain; nothing else changes.</summary>
    internal void Use(string chain, RouteTableConfig routes, ClusterTable clusters)
    {
        if (_state.Chains.Find(chain) is not { } state || ChainOf(Config, chain) is not ProtocolChainConfig) return;
        var before = state.Clusters;
        state.Use(state.Model.WithRoutes(routes, clusters));
        _state.Use(Config.WithChains((name, config) => name == chain ? (ProtocolChainConfig)config with { Routes = routes } : config));
        clusters.Release(before);
    }

    /// <summary>It no longer needs its clusters; what its last requests still find are those it had.</summary>
    internal void Release(ClusterTable clusters)
    {
        foreach (var chain in _state.Chains.All) clusters.Release(chain.Clusters);
    }

    /// <summary>Opens the sockets, all of them or none; the answer is what went wrong.</summary>
    internal string? Open()
    {
        var options = new ListenerOptions
        {
            Backlog = Config.Backlog,
            ProxyProtocol = Config.ProxyProtocol,
            Limit = Config.MaxConnections > 0 ? new ConnectionLimit(Config.MaxConnections) : null,
            Connections = new ConnectionOptions { HighWatermark = Config.BufferLimitBytes, MaxUnconsumedBytes = MaxUnconsumed(Config) },
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

    private void LetGo(ChainState chain, ClusterTable clusters)
    {
        foreach (var part in _parts) part.Worker.Loop.Post(_ => part.Drain(chain), null);
        clusters.Release(chain.Clusters);
    }

    private static int MaxUnconsumed(ListenerConfig config) =>
        64 * 1024 + config.AllChains().Max(chain => (chain.Value as ProtocolChainConfig)?.Codec.Info.MaxFrameBytes ?? 0);

    private static ChainConfig? ChainOf(ListenerConfig config, string name) => config.AllChains().FirstOrDefault(chain => chain.Key == name).Value;

    private static bool SameProtocol(ChainConfig? a, ChainConfig? b) =>
        a is ProtocolChainConfig protocol ? b is ProtocolChainConfig other && protocol.Codec.Info.IsSame(other.Codec.Info) : b is not ProtocolChainConfig;

    private ListenerModel Compile(
        ProtocolChainConfig chain, ChainState state, NodeConfig node, DataPlaneOptions options, AccessLogModel log, ClusterTable clusters)
    {
        if (state.Requests is null)
        {
            var requests = new RequestMetrics(_metrics, new RequestLabels(node, chain.Codec.Info.Name));
            state.Requests = Array.ConvertAll(_workers, worker => requests.ForLoop(worker.Index));
        }

        var factories = chain.Filters.Select(filter => (Factory: options.Filters.First(factory => factory.Name == filter.Name), filter.Options)).ToArray();
        var others = factories.SelectMany(filter => filter.Factory.WantedKeys(filter.Options)).Concat(log.WantedKeys);
        var keys = ListenerModel.OwnKeys(chain, others);
        var filters = Array.ConvertAll(_workers, worker => Array.ConvertAll(factories, filter => filter.Factory.Create(filter.Options, new(state.Place, keys, worker.Loop))));
        return new ListenerModel(chain, state, clusters, filters, keys, state.Requests, log, _limits);
    }
}
