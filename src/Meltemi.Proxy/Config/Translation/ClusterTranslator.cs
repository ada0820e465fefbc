using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Extensions.Upstreams.Tcp.V3;
using Meltemi.Xds.Config.V1;
using HttpProtocolOptions = Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Turns a <see cref="Cluster"/> into the record that the proxy runs by.</summary>
public static class ClusterTranslator
{
    private const string TcpOptions = "envoy.extensions.upstreams.tcp.v3.TcpProtocolOptions";
    private const string HttpOptions = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
    private const string OwnOptions = "meltemi.config.v1.UpstreamOptions";

    /// <summary>Translates one cluster; null if that is not possible at all. Errors stand in the context's problems.</summary>
    public static ClusterConfig? Translate(Cluster cluster, TranslationContext context, string path)
    {
        if (TranslateDiscovery(cluster, context, path) is not { } discovery) return null;
        ListenerTranslator.CheckPlaintext(cluster.TransportSocket, context, $"{path}.transport_socket");
        if (cluster.DnsLookupFamily is not (Cluster.Types.DnsLookupFamily.Auto or Cluster.Types.DnsLookupFamily.All))
            context.Problems.Warning($"{path}.dns_lookup_family", "not implemented yet, ignored");
        var source = discovery == DiscoveryType.Eds ? TranslateSource(cluster, context, $"{path}.eds_cluster_config") : null;
        if (discovery == DiscoveryType.Eds && source is null) return null;
        var defaults = new ClusterConfig { Name = cluster.Name };
        var assignment = Endpoints.Translate(cluster, discovery, context, path);
        var config = defaults with
        {
            AddedViaApi = context.IsDynamic,
            Discovery = discovery,
            EndpointSource = source,
            Endpoints = assignment.Endpoints,
            Overprovisioning = assignment.Overprovisioning,
            OriginalDestination = discovery == DiscoveryType.OriginalDestination ? OriginalDestinations.Translate(cluster, context, path) : null,
            Balancer = Balancers.Translate(cluster, context, path) with
            {
                PanicPercent = cluster.CommonLbConfig?.HealthyPanicThreshold?.Value ?? defaults.Balancer.PanicPercent,
            },
            ConnectTimeout = cluster.ConnectTimeout is { } connect ? Values.Span(connect) : defaults.ConnectTimeout,
            DnsRefresh = cluster.DnsRefreshRate is { } refresh ? Values.Span(refresh) : defaults.DnsRefresh,
            Outliers = Outliers.Translate(cluster.OutlierDetection),
            ConnectionLife = ConnectionLives.Translate(cluster),
            HealthCheck = HealthChecks.Translate(cluster.HealthChecks, cluster.Name, context, $"{path}.health_checks"),
            LocalAddress = cluster.UpstreamBindConfig?.SourceAddress is { } leaving
                ? Addresses.Source(context, leaving, $"{path}.upstream_bind_config.source_address")
                : null,
            PoolMode = cluster.ConnectionPoolPerDownstreamConnection ? Codec.PoolMode.Bound : null,
            BufferLimitBytes = cluster.PerConnectionBufferLimitBytes is { } limit ? Values.Clamp(limit) : defaults.BufferLimitBytes,
        };
        config = CircuitBreakerLimits.Apply(config, cluster.CircuitBreakers, context, $"{path}.circuit_breakers");
        return ApplyOptions(config, cluster, context, $"{path}.typed_extension_protocol_options");
    }

    private static NamedSource? TranslateSource(Cluster cluster, TranslationContext context, string path)
    {
        if (cluster.EdsClusterConfig is not { } eds)
        {
            context.Problems.Error(path, "a cluster of type EDS needs it: it says who gives the endpoints");
            return null;
        }

        var name = eds.ServiceName.Length > 0 ? eds.ServiceName : cluster.Name;
        return ConfigSources.Translate(eds.EdsConfig, context, $"{path}.eds_config") is { } source ? new NamedSource(source, name) : null;
    }

    private static DiscoveryType? TranslateDiscovery(Cluster cluster, TranslationContext context, string path)
    {
        if (cluster.ClusterDiscoveryTypeCase == Cluster.ClusterDiscoveryTypeOneofCase.ClusterType)
        {
            context.Problems.Error($"{path}.cluster_type", $"'{cluster.ClusterType.Name}' is not supported");
            return null;
        }

        switch (cluster.Type)
        {
            case Cluster.Types.DiscoveryType.Static:
                return DiscoveryType.Static;
            case Cluster.Types.DiscoveryType.StrictDns:
                return DiscoveryType.StrictDns;
            case Cluster.Types.DiscoveryType.LogicalDns:
                return DiscoveryType.LogicalDns;
            case Cluster.Types.DiscoveryType.Eds:
                return DiscoveryType.Eds;
            case Cluster.Types.DiscoveryType.OriginalDst:
                return DiscoveryType.OriginalDestination;
            default:
                context.Problems.Error($"{path}.type", $"{cluster.Type} is not supported yet");
                return null;
        }
    }

    private static ClusterConfig ApplyOptions(ClusterConfig config, Cluster cluster, TranslationContext context, string path)
    {
        foreach (var (name, any) in cluster.TypedExtensionProtocolOptions)
        {
            var optionsPath = $"{path}[{name}]";
            switch (TranslationContext.TypeOf(any))
            {
                case TcpOptions:
                    if (context.Unpack(any, TcpProtocolOptions.Parser, optionsPath).IdleTimeout is { } idle)
                        config = config with { IdleTimeout = Values.Span(idle) };
                    break;
                case HttpOptions:
                    config = Apply(config, context.Unpack(any, HttpProtocolOptions.Parser, optionsPath));
                    break;
                case OwnOptions:
                    config = Apply(config, context.Unpack(any, UpstreamOptions.Parser, optionsPath));
                    break;
                default:
                    context.Problems.Warning(optionsPath, $"'{name}' is not implemented, ignored");
                    break;
            }
        }

        return config;
    }

    private static ClusterConfig Apply(ClusterConfig config, HttpProtocolOptions options) => config with
    {
        ConnectionLife = ConnectionLives.With(config.ConnectionLife, options.CommonHttpProtocolOptions),
        IdleTimeout = Values.SpanOr(options.CommonHttpProtocolOptions?.IdleTimeout, config.IdleTimeout),
    };

    private static ClusterConfig Apply(ClusterConfig config, UpstreamOptions options) => config with
    {
        PoolMode = options.PoolMode switch
        {
            UpstreamOptions.Types.PoolMode.Multiplexed => Codec.PoolMode.Multiplexed,
            UpstreamOptions.Types.PoolMode.OneAtATime => Codec.PoolMode.OneAtATime,
            UpstreamOptions.Types.PoolMode.Pipelined => Codec.PoolMode.Pipelined,
            UpstreamOptions.Types.PoolMode.Bound => Codec.PoolMode.Bound,
            _ => config.PoolMode,
        },
        ConnectionsPerEndpoint = options.ConnectionsPerEndpoint is { } count ? Values.Clamp(count) : config.ConnectionsPerEndpoint,
        IdleTimeout = options.IdleTimeout is { } idle ? Values.Span(idle) : config.IdleTimeout,
        ConnectionLife = ConnectionLives.With(config.ConnectionLife, options.MaxConnectionDuration),
        Outliers = config.Outliers is { } outliers ? outliers with { ApplicationErrors = options.ApplicationErrorsEject } : null,
        HeartbeatInterval = options.HeartbeatInterval is { } heartbeat ? Values.Span(heartbeat) : config.HeartbeatInterval,
    };
}
