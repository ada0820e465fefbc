using System.Net;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Admin;

/// <summary>What the admin interface shows and does. Called from its threads, one call at a time.</summary>
public interface IAdminState
{
    /// <summary>What the proxy is doing.</summary>
    ServerState State { get; }

    /// <summary>The program's version.</summary>
    string Version { get; }

    /// <summary>When the process began.</summary>
    DateTimeOffset Started { get; }

    /// <summary>Options of the command line, by name.</summary>
    IReadOnlyDictionary<string, string> Options { get; }

    /// <summary>Who this proxy is.</summary>
    NodeConfig Node { get; }

    /// <summary>All figures.</summary>
    MetricRegistry Metrics { get; }

    /// <summary>The process log, for its level.</summary>
    Log Log { get; }

    /// <summary>The configuration in force as JSON text, without secrets.</summary>
    string ConfigDump();

    /// <summary>Clusters and their endpoints.</summary>
    IReadOnlyList<ClusterRow> Clusters();

    /// <summary>Listeners.</summary>
    IReadOnlyList<ListenerRow> Listeners();

    /// <summary>Begins to drain: listeners accept no more, connections end when their requests are answered.</summary>
    void DrainListeners();
}

/// <summary>What the proxy is doing (<c>envoy.admin.v3.ServerInfo.State</c>).</summary>
public enum ServerState
{
    /// <summary>Serves.</summary>
    Live,

    /// <summary>Takes no new connections.</summary>
    Draining,

    /// <summary>Waits for its bootstrap.</summary>
    PreInitializing,

    /// <summary>Waits for its first configuration.</summary>
    Initializing,
}

/// <summary>A cluster.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Limits">Its bounds.</param>
/// <param name="HighLimits">Those of high priority; null: as <paramref name="Limits"/> are by default.</param>
/// <param name="Endpoints">Its endpoints.</param>
/// <param name="Dynamic">Given by a control plane.</param>
public sealed record ClusterRow(string Name, LimitsConfig Limits, IReadOnlyList<EndpointRow> Endpoints, bool Dynamic = false, LimitsConfig? HighLimits = null);

/// <summary>An endpoint.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Weight">Its share.</param>
/// <param name="Health">Why it may not be used.</param>
/// <param name="Stats">Its figures; null: they are all 0.</param>
/// <param name="Hostname">The name it was resolved from; empty: none.</param>
public sealed record EndpointRow(EndPoint Address, uint Weight, HealthFlags Health, EndpointStats? Stats, string Hostname = "")
{
    /// <summary>Its priority, and where it stands.</summary>
    public PlaceConfig Place { get; init; } = PlaceConfig.Nowhere;
}

/// <summary>A listener.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Addresses">Where it listens, with the ports that were chosen.</param>
public sealed record ListenerRow(string Name, IReadOnlyList<EndPoint> Addresses)
{
    /// <summary>Its chains.</summary>
    public IReadOnlyList<ChainRow> Chains { get; init; } = [];
}

/// <summary>A filter chain.</summary>
/// <param name="Name">Its name; empty: it takes the connections that no other takes.</param>
/// <param name="ApplicationProtocols">The protocols whose connections it takes.</param>
/// <param name="Protocol">What it serves: a protocol, or <c>tcp</c>.</param>
public sealed record ChainRow(string Name, IReadOnlyList<string> ApplicationProtocols, string Protocol);
