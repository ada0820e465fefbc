using Meltemi.Proxy.Config;
using Meltemi.Proxy.Outbound;
using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Inbound;

/// <summary>A listener as it runs: the holder whose model is swapped, shared by the listening sockets of all loops.</summary>
internal sealed class ListenerState(ListenerConfig config, ListenerStats stats, Log log)
{
    private volatile ListenerModel? _model;

    public ListenerConfig Config { get; private set; } = config;

    public ListenerStats Stats { get; } = stats;

    public Log Log { get; } = log;

    /// <summary>Of a protocol listener: what its requests run by.</summary>
    public ListenerModel Model => _model!;

    /// <summary>Of a TCP listener: where its connections go.</summary>
    public TcpModel? Tcp { get; private set; }

    /// <summary>The clusters that it names.</summary>
    public ReadOnlySpan<ClusterRef> Clusters => _model is { } model ? model.Clusters.All : Tcp is { } tcp ? tcp.Clusters.All : [];

    /// <summary>
    /// Bytes of answers that one client may leave untaken: four high watermarks and two of the largest messages. Beyond that it is cut off.
    /// </summary>
    public int MaxPendingBytes => 4 * Config.BufferLimitBytes + 16 * 1024 * 1024;

    public void Use(ListenerConfig config, ListenerModel? model, TcpModel? tcp)
    {
        Config = config;
        Tcp = tcp;
        _model = model;
    }
}
