namespace Meltemi.Xds.Reading;

/// <summary>Type URLs, and the types that extensions have when nobody says so.</summary>
public static class AnyTypes
{
    /// <summary>What type URLs begin with.</summary>
    public const string Prefix = "type.googleapis.com/";

    /// <summary>Full message name of a type URL.</summary>
    public static string TypeName(string url) => url[(url.LastIndexOf('/') + 1)..];

    /// <summary>Whether the URL means a message given as a Struct.</summary>
    public static bool IsTypedStruct(string url) => TypeName(url) is "udpa.type.v1.TypedStruct" or "xds.type.v3.TypedStruct";

    /// <summary>
    /// Type URL for an extension that is named but not typed, as in the days of <c>config</c>; null if the name says nothing.
    /// </summary>
    public static string? ByExtensionName(string name) => name switch
    {
        "aeraki.meta_protocol_proxy" or "envoy.filters.network.meta_protocol_proxy" =>
            Prefix + "aeraki.meta_protocol_proxy.v1alpha.MetaProtocolProxy",
        "aeraki.meta_protocol.filters.router" => Prefix + "aeraki.meta_protocol_proxy.filters.router.v1alpha.Router",
        "aeraki.meta_protocol.filters.local_ratelimit" =>
            Prefix + "aeraki.meta_protocol_proxy.filters.local_ratelimit.v1alpha.LocalRateLimit",
        "aeraki.meta_protocol.filters.ratelimit" => Prefix + "aeraki.meta_protocol_proxy.filters.ratelimit.v1alpha.RateLimit",
        "envoy.filters.network.http_connection_manager" or "envoy.http_connection_manager" =>
            Prefix + "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "envoy.filters.http.router" or "envoy.router" => Prefix + "envoy.extensions.filters.http.router.v3.Router",
        "envoy.filters.http.fault" or "envoy.fault" => Prefix + "envoy.extensions.filters.http.fault.v3.HTTPFault",
        "envoy.filters.http.adaptive_concurrency" or "meltemi.filters.adaptive_concurrency" =>
            Prefix + "envoy.extensions.filters.http.adaptive_concurrency.v3.AdaptiveConcurrency",
        "envoy.retry_priorities.previous_priorities" => Prefix + "envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig",
        "meltemi.codec.declarative" => Prefix + "meltemi.codec.declarative.v1.Protocol",
        "meltemi.filters.concurrency_limit" => Prefix + "meltemi.config.v1.ConcurrencyLimit",
        "envoy.filters.network.tcp_proxy" or "envoy.tcp_proxy" => Prefix + "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
        "envoy.access_loggers.file" or "envoy.file_access_log" => Prefix + "envoy.extensions.access_loggers.file.v3.FileAccessLog",
        "envoy.access_loggers.stdout" => Prefix + "envoy.extensions.access_loggers.stream.v3.StdoutAccessLog",
        "envoy.access_loggers.stderr" => Prefix + "envoy.extensions.access_loggers.stream.v3.StderrAccessLog",
        "envoy.filters.listener.original_dst" => Prefix + "envoy.extensions.filters.listener.original_dst.v3.OriginalDst",
        "envoy.filters.listener.proxy_protocol" => Prefix + "envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol",
        "envoy.filters.listener.tls_inspector" => Prefix + "envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector",
        "meltemi.filters.listener.protocol_inspector" => Prefix + "meltemi.config.v1.ProtocolInspector",
        _ => null,
    };
}
