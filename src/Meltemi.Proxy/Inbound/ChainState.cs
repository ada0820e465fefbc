using Meltemi.Proxy.Outbound;
using Meltemi.Proxy.Telemetry.Metrics;
using Meltemi.Transport;

namespace Meltemi.Proxy.Inbound;

/// <summary>A filter chain as it runs: the holder whose model is swapped. A chain keeps its name and protocol as long as it lives.</summary>
/// <param name="listener">Name of the listener.</param>
/// <param name="name">Name of the chain; empty: that of all connections which are not recognised.</param>
internal sealed class ChainState(string listener, string name)
{
    private volatile ListenerModel? _model;
    private volatile TcpModel? _tcp;

    public string Name => name;

    /// <summary>What limits and figures of its own are kept under: other chains of the listener have others.</summary>
    public string Place { get; } = name.Length == 0 ? listener : $"{listener}/{name}";

    /// <summary>Of a protocol chain: what its requests run by.</summary>
    public ListenerModel Model => _model!;

    /// <summary>Of a protocol chain: the figures of its requests, by loop. They belong to the chain, not to one version of its configuration.</summary>
    public LoopRequestMetrics[]? Requests { get; set; }

    /// <summary>The clusters that it names.</summary>
    public ReadOnlySpan<ClusterRef> Clusters => _model is { } model ? model.Clusters.All : _tcp is { } tcp ? tcp.Clusters.All : [];

    public void Use(ListenerModel model) => _model = model;

    public void Use(TcpModel model) => _tcp = model;

    /// <summary>Makes the handler of a connection.</summary>
    public IConnectionHandler Serve(InboundListener listener, Connection connection) =>
        _tcp is { } tcp ? new TcpTunnel(listener, connection, tcp) : new InboundConnection(listener, connection, Model);
}
