using Envoy.Config.Listener.V3;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Filters that see a connection before its first byte is served.</summary>
internal static class ListenerFilters
{
    private const string Types = "envoy.extensions.filters.listener.";

    /// <summary>Reports what is not supported; true if the PROXY protocol is expected.</summary>
    public static bool Check(Listener listener, TranslationContext context, string path)
    {
        var proxyProtocol = false;
        for (var i = 0; i < listener.ListenerFilters.Count; i++)
        {
            var (filter, filterPath) = (listener.ListenerFilters[i], $"{path}.listener_filters[{i}]");
            switch (Kind(filter))
            {
                case "proxy_protocol":
                    proxyProtocol = true;
                    break;
                case "original_dst" or "tls_inspector":
                    context.Problems.Warning(filterPath, $"'{filter.Name}' has no effect: there is one filter chain for all connections");
                    break;
                default:
                    context.Problems.Error(filterPath, $"there is no listener filter '{filter.Name}'");
                    break;
            }
        }

        return proxyProtocol;
    }

    private static string Kind(ListenerFilter filter) => TranslationContext.TypeOf(filter.TypedConfig) switch
    {
        "" => filter.Name.Replace("envoy.filters.listener.", "", StringComparison.Ordinal),
        Types + "proxy_protocol.v3.ProxyProtocol" => "proxy_protocol",
        Types + "original_dst.v3.OriginalDst" => "original_dst",
        Types + "tls_inspector.v3.TlsInspector" => "tls_inspector",
        _ => "",
    };
}
