using Aeraki.MetaProtocolProxy.V1Alpha;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>The network filters of a chain: those that only measure are left out, the last one serves the connection.</summary>
internal static class NetworkFilters
{
    private const string Protocol = "aeraki.meta_protocol_proxy.v1alpha.MetaProtocolProxy";
    private const string Tcp = "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy";
    private const string Http = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";

    /// <summary>What serves the connections of a chain; null if there is nothing that can.</summary>
    public static ChainConfig? Translate(FilterChain chain, TranslationContext context, string path)
    {
        ChainConfig? terminal = null;
        var ended = false;
        for (var i = 0; i < chain.Filters.Count; i++)
        {
            var (filter, filterPath) = (chain.Filters[i], $"{path}.filters[{i}]");
            if (ended)
            {
                context.Problems.Error(filterPath, "the filter before this one serves the connection, so nothing can follow it");
                break;
            }

            if (IsMeasuring(filter.Name))
            {
                context.Problems.Warning(filterPath, $"'{filter.Name}' has no effect: the metrics are built in");
                continue;
            }

            ended = true;
            terminal = TranslateTerminal(filter, context, filterPath);
        }

        if (!ended) context.Problems.Error($"{path}.filters", "the last filter must serve the connection: a protocol proxy or a TCP proxy");
        return terminal;
    }

    private static bool IsMeasuring(string name) => name is "istio.stats" or "istio.metadata_exchange"
        or "envoy.filters.network.metadata_exchange" or "envoy.filters.network.metadata_exchange_upstream";

    private static ChainConfig? TranslateTerminal(Filter filter, TranslationContext context, string path)
    {
        var typedPath = $"{path}.typed_config";
        var typed = context.Resolve(filter.TypedConfig, typedPath)!;
        switch (TranslationContext.TypeOf(typed))
        {
            case Protocol:
                return ProtocolChains.Translate(context.Unpack(typed, MetaProtocolProxy.Parser, typedPath), context, typedPath);
            case Tcp:
                return TcpChains.Translate(context.Unpack(typed, TcpProxy.Parser, typedPath), context, typedPath);
            case Http:
                context.Problems.Error(path, "HTTP is not supported yet");
                return null;
            case "":
                context.Problems.Error(typedPath, $"'{filter.Name}' needs a typed_config");
                return null;
            case var type:
                context.Problems.Error(path, $"there is no network filter '{filter.Name}' of type {type}");
                return null;
        }
    }
}
