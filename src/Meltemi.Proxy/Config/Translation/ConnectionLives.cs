using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>How long upstream connections live: a field of the cluster, and the options that HTTP clusters have.</summary>
internal static class ConnectionLives
{
    /// <summary>What the cluster itself says; null: nothing.</summary>
    public static ConnectionLifeConfig? Translate(Cluster cluster)
    {
        var life = With(null, cluster.CommonHttpProtocolOptions);
        return cluster.MaxRequestsPerConnection is { } most ? (life ?? new()) with { MaxRequests = Values.Clamp(most) } : life;
    }

    /// <summary>The same with what options of HTTP say.</summary>
    public static ConnectionLifeConfig? With(ConnectionLifeConfig? life, HttpProtocolOptions? options)
    {
        if (options?.MaxRequestsPerConnection is { } most) life = (life ?? new()) with { MaxRequests = Values.Clamp(most) };
        return With(life, options?.MaxConnectionDuration);
    }

    /// <summary>The same with a duration, if one is said.</summary>
    public static ConnectionLifeConfig? With(ConnectionLifeConfig? life, Duration? duration) =>
        duration is null ? life : (life ?? new()) with { MaxDuration = Values.Span(duration) };
}
