using System.Collections.Immutable;
using Aeraki.MetaProtocolProxy.Filters.LocalRatelimit.V1Alpha;
using Aeraki.MetaProtocolProxy.V1Alpha;
using Envoy.Extensions.Filters.Http.AdaptiveConcurrency.V3;
using Envoy.Extensions.Filters.Http.Fault.V3;
using Envoy.Extensions.Filters.Http.StatefulSession.V3;
using Google.Protobuf;
using Meltemi.Codec;
using Meltemi.Proxy.Filters.Concurrency;
using Meltemi.Proxy.Filters.RateLimits.Local;
using Meltemi.Proxy.Filters.Sessions;
using Meltemi.Xds.Config.V1;
using Meltemi.Xds.Reading;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>
/// The filters of a protocol chain. A filter that is not known refuses the listener: leaving out what may be an authorization or a limit
/// would be worse than not starting.
/// </summary>
internal static class ProtocolFilters
{
    private const string Prefix = "aeraki.meta_protocol.filters.";
    private const string Router = Prefix + "router";

    private static readonly string[] Known =
    [
        Router, LocalRateLimitFilter.FilterName, ConcurrencyLimitFilter.FilterName, StatefulSessionFilter.Factory.FilterName, .. Concurrency.Names, .. Faults.Names,
    ];

    /// <param name="fault">The faults for all routes; null: none.</param>
    public static ImmutableArray<FilterConfig> Translate(
        MetaProtocolProxy proxy, CodecInfo? codec, TranslationContext context, string path, out FaultConfig? fault)
    {
        fault = null;
        var filters = ImmutableArray.CreateBuilder<FilterConfig>();
        var ended = false;
        for (var i = 0; i < proxy.MetaProtocolFilters.Count; i++)
        {
            var (name, filterPath) = (proxy.MetaProtocolFilters[i].Name, $"{path}.meta_protocol_filters[{i}]");
            if (ended)
            {
                context.Problems.Error(filterPath, $"'{Router}' must be the last filter");
                break;
            }

            switch (name)
            {
                case Router:
                    ended = true;
                    break;
                case var _ when Faults.Names.Contains(name):
                    // Without a configuration it is there for routes that have one.
                    if (proxy.MetaProtocolFilters[i].Config is not null
                        && Read(proxy.MetaProtocolFilters[i], Faults.Type, HTTPFault.Parser, context, filterPath) is { } read)
                        fault = Faults.Translate(read, context, $"{filterPath}.config", codec);
                    break;
                case Prefix + "istio_stats" or Prefix + "metadata_exchange":
                    context.Problems.Warning(filterPath, $"'{name}' has no effect: the metrics are built in");
                    break;
                case LocalRateLimitFilter.FilterName:
                    if (Read(proxy.MetaProtocolFilters[i], LocalRateLimits.Type, LocalRateLimit.Parser, context, filterPath) is { } local)
                        filters.Add(new(name, LocalRateLimits.Translate(local, codec, context, $"{filterPath}.config")));
                    break;
                case var _ when Concurrency.Names.Contains(name):
                    if (Read(proxy.MetaProtocolFilters[i], Concurrency.Type, AdaptiveConcurrency.Parser, context, filterPath) is { } adaptive
                        && Concurrency.Translate(adaptive, context, $"{filterPath}.config") is { } bound)
                        filters.Add(new(AdaptiveConcurrencyFilter.FilterName, bound));
                    break;
                case ConcurrencyLimitFilter.FilterName:
                    if (Read(proxy.MetaProtocolFilters[i], Concurrency.LimitType, ConcurrencyLimit.Parser, context, filterPath) is { } limit)
                        filters.Add(new(name, Concurrency.Translate(limit, context, $"{filterPath}.config")));
                    break;
                case StatefulSessionFilter.Factory.FilterName:
                    if (Read(proxy.MetaProtocolFilters[i], StatefulSessions.Type, StatefulSession.Parser, context, filterPath) is { } session
                        && StatefulSessions.Translate(session, codec, context, $"{filterPath}.config") is { } sessions)
                        filters.Add(new(name, sessions));
                    break;
                default:
                    context.Problems.Error(filterPath, $"there is no filter '{name}'{Spelling.Hint(name, Known)}");
                    break;
            }
        }

        if (!ended && proxy.MetaProtocolFilters.Count > 0)
            context.Problems.Error($"{path}.meta_protocol_filters", $"the last filter must be '{Router}'");
        return filters.ToImmutable();
    }

    private static T? Read<T>(MetaProtocolFilter filter, string type, MessageParser<T> parser, TranslationContext context, string path)
        where T : class, IMessage<T>, new()
    {
        path = $"{path}.config";
        var config = context.Resolve(filter.Config, path);
        var found = TranslationContext.TypeOf(config);
        if (found == type) return context.Unpack(config!, parser, path);
        context.Problems.Error(path, found.Length == 0 ? $"'{filter.Name}' needs a config" : $"'{filter.Name}' needs a config of type {type}, not {found}");
        return null;
    }
}
