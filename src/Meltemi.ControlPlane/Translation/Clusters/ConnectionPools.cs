using Envoy.Config.Cluster.V3;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Resources.Istio;
using Meltemi.Xds.Config.V1;

namespace Meltemi.ControlPlane.Translation.Clusters;

/// <summary>Limits and times of connections. As with Istio there is no limit where none is given, although xDS has defaults of its own.</summary>
internal static class ConnectionPools
{
    private static readonly Duration ConnectTimeout = new() { Seconds = 10 };

    /// <summary>Sets the limits.</summary>
    public static void Apply(ConnectionPoolSettings? settings, Cluster cluster, UpstreamOptions options)
    {
        var (tcp, http) = (settings?.Tcp, settings?.Http);
        cluster.ConnectTimeout = tcp?.ConnectTimeout ?? ConnectTimeout;
        cluster.CircuitBreakers = new();
        cluster.CircuitBreakers.Thresholds.Add(new CircuitBreakers.Types.Thresholds
        {
            MaxConnections = Limit(tcp?.MaxConnections),
            MaxPendingRequests = Limit(http?.Http1MaxPendingRequests),
            MaxRequests = Limit(http?.Http2MaxRequests),
            MaxRetries = Limit(http?.MaxRetries),
        });
        if (http?.MaxRequestsPerConnection > 0) cluster.MaxRequestsPerConnection = (uint)http.MaxRequestsPerConnection;
        if (tcp?.MaxConnectionDuration is { } longest) options.MaxConnectionDuration = longest;
        if ((http?.IdleTimeout ?? tcp?.IdleTimeout) is { } idle) options.IdleTimeout = idle;
    }

    private static uint Limit(int? given) => given > 0 ? (uint)given.Value : uint.MaxValue;
}
