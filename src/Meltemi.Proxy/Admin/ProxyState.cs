using System.Net;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Config.Dynamic;
using Meltemi.Proxy.Outbound;
using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Admin;

/// <summary>The admin interface's view of a running proxy.</summary>
public sealed class ProxyState(ProxyHost host, Log log, string version, IReadOnlyDictionary<string, string> options) : IAdminState
{
    private volatile bool _isLive;

    /// <inheritdoc/>
    public ServerState State => !_isLive ? ServerState.Initializing : DataPlane.IsDraining ? ServerState.Draining : ServerState.Live;

    /// <inheritdoc/>
    public string Version => version;

    /// <inheritdoc/>
    public DateTimeOffset Started { get; } = System.Diagnostics.Process.GetCurrentProcess().StartTime;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Options => options;

    /// <inheritdoc/>
    public NodeConfig Node => DataPlane.Config.Node;

    /// <inheritdoc/>
    public MetricRegistry Metrics => DataPlane.Metrics;

    /// <inheritdoc/>
    public Log Log => log;

    private DataPlane DataPlane => host.DataPlane;

    /// <summary>The first configuration is in force.</summary>
    public void IsLive() => _isLive = true;

    /// <summary>Asks for what came from control planes; null: there are none.</summary>
    public Func<IReadOnlyList<ResourceStatus>>? Resources { get; set; }

    /// <inheritdoc/>
    public string ConfigDump() => Admin.ConfigDump.Write(DataPlane.Config, Resources?.Invoke());

    /// <inheritdoc/>
    public IReadOnlyList<ClusterRow> Clusters() => [.. DataPlane.Clusters.Select(Row)];

    /// <inheritdoc/>
    public IReadOnlyList<ListenerRow> Listeners() =>
        [.. DataPlane.Listeners.Select(listener => new ListenerRow(listener.Config.Name, [.. listener.Addresses]) { Chains = [.. Chains(listener.Config)] })];

    /// <inheritdoc/>
    public void DrainListeners() => DataPlane.Drain();

    private static IEnumerable<ChainRow> Chains(ListenerConfig listener)
    {
        foreach (var chain in listener.Recognition?.Chains ?? [])
            yield return new(chain.Name, [.. chain.Protocols.Select(codec => codec.Info.Name)], Protocol(chain.Chain));
        if (listener.Chain is { } others) yield return new("", [], Protocol(others));

        static string Protocol(ChainConfig chain) => chain is ProtocolChainConfig { Codec.Info.Name: var name } ? name : "tcp";
    }

    private ClusterRow Row(Cluster cluster) => new(cluster.Name, cluster.Config.Limits, [.. cluster.Endpoints.Endpoints.Select(endpoint => new EndpointRow(
        endpoint.Address, endpoint.Weight, endpoint.Health.Flags, EndpointStats.Find(Metrics, cluster.Name, endpoint.Name),
        endpoint.Address is DnsEndPoint name ? name.Host : "") { Place = endpoint.Place })], cluster.Config.AddedViaApi, cluster.Config.HighLimits);
}
