using Aeraki.MetaProtocolProxy.Filters.LocalRatelimit.V1Alpha;
using Envoy.Extensions.Filters.Http.Fault.V3;
using Google.Protobuf.WellKnownTypes;
using WireFilterConfig = Envoy.Config.Route.V3.FilterConfig;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>What a route says to filters: <c>typed_per_filter_config</c>, known by the type of the message, whatever key it stands under.</summary>
internal static class PerFilterConfigs
{
    /// <summary>Adds to a route what one of the maps says; what it already has stays if the map does not speak of it.</summary>
    public static RouteConfig Apply(RouteConfig route, IEnumerable<KeyValuePair<string, Any>> filters, TranslationContext context, string path)
    {
        foreach (var (name, any) in filters)
        {
            var itemPath = $"{path}[{name}]";
            if (context.Resolve(any, itemPath) is { } config) route = Apply(route, name, config, context, itemPath);
        }

        return route;
    }

    private static RouteConfig Apply(RouteConfig route, string name, Any config, TranslationContext context, string path)
    {
        switch (TranslationContext.TypeOf(config))
        {
            case LocalRateLimits.Type:
                return route with { LocalRateLimit = LocalRateLimits.Translate(context.Unpack(config, LocalRateLimit.Parser, path), null, context, path) };
            case Faults.Type:
                return route with { Fault = Faults.Translate(context.Unpack(config, HTTPFault.Parser, path), context, path) };
            case "envoy.config.route.v3.FilterConfig" when context.Unpack(config, WireFilterConfig.Parser, path) is { Config: { } inner }:
                return Apply(route, name, inner, context, path);
            default:
                context.Problems.Warning(path, $"ignored: routes have nothing to say to '{name}'");
                return route;
        }
    }
}
