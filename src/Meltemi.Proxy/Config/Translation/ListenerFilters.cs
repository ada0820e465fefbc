using Envoy.Config.Listener.V3;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Filters that see a connection before its first byte is served.</summary>
/// <param name="ProxyProtocol">The PROXY protocol is expected.</param>
/// <param name="InspectorPath">Where the protocol inspector stands; null: there is none.</param>
internal sealed record ListenerFilters(bool ProxyProtocol, string? InspectorPath)
{
    /// <summary>Name of the filter that finds out the protocol.</summary>
    public const string ProtocolInspector = "meltemi.filters.listener.protocol_inspector";

    private const string Types = "envoy.extensions.filters.listener.";

    /// <summary>Reads the filters and reports what is not supported.</summary>
    public static ListenerFilters Translate(Listener listener, TranslationContext context, string path)
    {
        var found = new ListenerFilters(false, null);
        for (var i = 0; i < listener.ListenerFilters.Count; i++)
        {
            var (filter, filterPath) = (listener.ListenerFilters[i], $"{path}.listener_filters[{i}]");
            switch (Kind(filter))
            {
                case "proxy_protocol":
                    found = found with { ProxyProtocol = true };
                    break;
                case ProtocolInspector:
                    found = found with { InspectorPath = filterPath };
                    break;
                case "original_dst" or "tls_inspector":
                    context.Problems.Warning(filterPath, $"'{filter.Name}' has no effect: no filter chain is chosen by what it finds");
                    break;
                default:
                    context.Problems.Error(filterPath, $"there is no listener filter '{filter.Name}'");
                    break;
            }
        }

        return found;
    }

    private static string Kind(ListenerFilter filter) => TranslationContext.TypeOf(filter.TypedConfig) switch
    {
        "" => filter.Name.Replace("envoy.filters.listener.", "", StringComparison.Ordinal),
        Types + "proxy_protocol.v3.ProxyProtocol" => "proxy_protocol",
        Types + "original_dst.v3.OriginalDst" => "original_dst",
        Types + "tls_inspector.v3.TlsInspector" => "tls_inspector",
        "meltemi.config.v1.ProtocolInspector" => ProtocolInspector,
        _ => "",
    };
}
