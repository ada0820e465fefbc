using System.Collections.Immutable;
using Aeraki.MetaProtocolProxy.V1Alpha;
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

    public static ImmutableArray<FilterConfig> Translate(MetaProtocolProxy proxy, TranslationContext context, string path)
    {
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
                case Prefix + "istio_stats" or Prefix + "metadata_exchange":
                    context.Problems.Warning(filterPath, $"'{name}' has no effect: the metrics are built in");
                    break;
                default:
                    context.Problems.Error(filterPath, $"there is no filter '{name}'{Spelling.Hint(name, [Router])}");
                    break;
            }
        }

        if (!ended && proxy.MetaProtocolFilters.Count > 0)
            context.Problems.Error($"{path}.meta_protocol_filters", $"the last filter must be '{Router}'");
        return filters.ToImmutable();
    }
}
