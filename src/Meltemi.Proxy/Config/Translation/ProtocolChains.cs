using System.Collections.Immutable;
using Aeraki.MetaProtocolProxy.V1Alpha;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Turns a <see cref="MetaProtocolProxy"/> into the record that the proxy runs by.</summary>
internal static class ProtocolChains
{
    public static ProtocolChainConfig? Translate(MetaProtocolProxy proxy, TranslationContext context, string path)
    {
        var codec = Codecs.Create(proxy, context, path);
        var filters = ProtocolFilters.Translate(proxy, codec?.Info, context, path, out var fault);
        var logs = AccessLogs.Translate(proxy.AccessLog, codec?.Info, context, $"{path}.access_log");
        var routes = TranslateRoutes(proxy, codec?.Info, context, path);
        var source = TranslateSource(proxy.Rds, context, $"{path}.rds");
        if (codec is null || routes is null || (proxy.Rds is not null && source is null)) return null;
        return new ProtocolChainConfig
        {
            StatPrefix = proxy.StatPrefix,
            IdleTimeout = proxy.IdleTimeout is { } timeout ? Values.Span(timeout) : TimeSpan.Zero,
            AccessLogs = logs,
            Codec = codec,
            ProtocolName = proxy.Protocol?.Name ?? proxy.ApplicationProtocol,
            PoolMode = Codecs.PoolMode(proxy, codec.Info, context, path),
            Routes = routes,
            RouteSource = source,
            Filters = filters,
            Fault = fault,
        };
    }

    private static NamedSource? TranslateSource(Rds? rds, TranslationContext context, string path) =>
        rds is not null && ConfigSources.Translate(rds.ConfigSource, context, $"{path}.config_source") is { } source
            ? new NamedSource(source, rds.RouteConfigName)
            : null;

    private static RouteTableConfig? TranslateRoutes(
        MetaProtocolProxy proxy, Meltemi.Codec.CodecInfo? codec, TranslationContext context, string path)
    {
        switch (proxy.RouteSpecifierCase)
        {
            case MetaProtocolProxy.RouteSpecifierOneofCase.RouteConfig:
                return AerakiRoutes.Translate(proxy.RouteConfig, codec, context, $"{path}.route_config");
            case MetaProtocolProxy.RouteSpecifierOneofCase.EnvoyRouteConfig:
                return EnvoyRoutes.Translate(proxy.EnvoyRouteConfig, codec, context, $"{path}.route_config");
            case MetaProtocolProxy.RouteSpecifierOneofCase.Rds:
                return new RouteTableConfig { Name = proxy.Rds.RouteConfigName, Routes = [] };
            default:
                context.Problems.Error($"{path}.route_specifier", "a route_config is needed");
                return null;
        }
    }
}
