using System.Collections.Immutable;
using System.Net;
using Meltemi.Codec;

namespace Meltemi.Proxy.Config;

/// <summary>A place where clients connect (<c>envoy.config.listener.v3.Listener</c>).</summary>
public sealed record ListenerConfig
{
    /// <summary>Unique name.</summary>
    public required string Name { get; init; }

    /// <summary>Addresses to accept on: IP or Unix domain socket; port 0 picks a free one.</summary>
    public required ImmutableArray<EndPoint> Addresses { get; init; }

    /// <summary>What is done with the connections, those apart that are recognised; null: they are closed.</summary>
    public required ChainConfig? Chain { get; init; }

    /// <summary>What is done with connections that are recognised by their first bytes; null: there is one chain for all.</summary>
    public RecognitionConfig? Recognition { get; init; }

    /// <summary>Expect a PROXY protocol header (v1 or v2) before the first byte. Default false.</summary>
    public bool ProxyProtocol { get; init; }

    /// <summary>Length of the kernel's queue of connections not yet accepted. Default 4096.</summary>
    public int Backlog { get; init; } = 4096;

    /// <summary>Most open connections, over all loops; further ones are closed at once and counted. 0: no limit.</summary>
    public int MaxConnections { get; init; }

    /// <summary>High watermark of a connection's send buffer in bytes; reading from the peer's source pauses above it. Default 1 MiB.</summary>
    public int BufferLimitBytes { get; init; } = 1024 * 1024;

    /// <summary>All chains by name; that of <see cref="Chain"/> is empty.</summary>
    public IEnumerable<KeyValuePair<string, ChainConfig>> AllChains()
    {
        foreach (var chain in Recognition?.Chains ?? []) yield return new(chain.Name, chain.Chain);
        if (Chain is not null) yield return new("", Chain);
    }

    /// <summary>The same with other chains, each made of one that is there.</summary>
    public ListenerConfig WithChains(Func<string, ChainConfig, ChainConfig> change) => this with
    {
        Chain = Chain is null ? null : change("", Chain),
        Recognition = Recognition is { } recognition
            ? recognition with { Chains = [.. recognition.Chains.Select(chain => chain with { Chain = change(chain.Name, chain.Chain) })] }
            : null,
    };
}

/// <summary>The network filter that serves a listener's connections.</summary>
public abstract record ChainConfig
{
    /// <summary>Prefix of the listener's figures.</summary>
    public required string StatPrefix { get; init; }

    /// <summary>Connections with nothing in flight are closed after it; zero: never.</summary>
    public TimeSpan IdleTimeout { get; init; }

    /// <summary>Where a line per request (or per connection, for TCP) goes.</summary>
    public ImmutableArray<AccessLogConfig> AccessLogs { get; init; } = [];
}

/// <summary>Any request protocol: <c>aeraki.meta_protocol_proxy.v1alpha.MetaProtocolProxy</c>.</summary>
public sealed record ProtocolChainConfig : ChainConfig
{
    /// <summary>The codec, made for this listener.</summary>
    public required ICodec Codec { get; init; }

    /// <summary>What the configuration calls the protocol; empty: as the codec does.</summary>
    public string ProtocolName { get; init; } = "";

    /// <summary>How upstream connections are shared; null: the protocol's default.</summary>
    public PoolMode? PoolMode { get; init; }

    /// <summary>Where requests go.</summary>
    public required RouteTableConfig Routes { get; init; }

    /// <summary>Who gives the routes, if they are not in the listener's own configuration; null: they are.</summary>
    public NamedSource? RouteSource { get; init; }

    /// <summary>Faults on purpose, for requests whose route has none of its own; null: none.</summary>
    public FaultConfig? Fault { get; init; }

    /// <summary>Filters before the router, in request order.</summary>
    public ImmutableArray<FilterConfig> Filters { get; init; } = [];

    /// <summary>Names of the clusters that filters need.</summary>
    public IEnumerable<string> FilterClusters => Filters.Select(filter => (filter.Options as GlobalRateLimitConfig)?.Server.Cluster).OfType<string>();
}

/// <summary>Bytes as they come: <c>envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy</c>.</summary>
public sealed record TcpChainConfig : ChainConfig
{
    /// <summary>Clusters to choose from, with weights; one with weight 1 for the plain <c>cluster</c> field.</summary>
    public required ImmutableArray<WeightedCluster> Clusters { get; init; }

    /// <summary>Longest time that a connection lasts (<c>max_downstream_connection_duration</c>); zero: no limit.</summary>
    public TimeSpan MaxDuration { get; init; }
}

/// <summary>A filter by name, with the configuration that its factory understood.</summary>
public sealed record FilterConfig(string Name, object? Options);

/// <summary>An access log (<c>envoy.config.accesslog.v3.AccessLog</c> with file or stdout).</summary>
public sealed record AccessLogConfig
{
    /// <summary>File that is appended to; <c>/dev/stdout</c> and <c>/dev/stderr</c> mean the process's own.</summary>
    public required string Path { get; init; }

    /// <summary>Format string with <c>%COMMAND%</c>s, one line per request with its newline; null: the default format.</summary>
    public string? Format { get; init; }

    /// <summary>Keys and format strings of a JSON object per line, in order; nested keys are joined by dots. Null: text.</summary>
    public ImmutableArray<KeyValuePair<string, string>>? Json { get; init; }
}
