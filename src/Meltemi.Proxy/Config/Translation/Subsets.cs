using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Fallback = Envoy.Config.Cluster.V3.Cluster.Types.LbSubsetConfig.Types.LbSubsetFallbackPolicy;
using Own = Envoy.Config.Cluster.V3.Cluster.Types.LbSubsetConfig.Types.LbSubsetSelector.Types.LbSubsetSelectorFallbackPolicy;
using SubsetConfig = Envoy.Config.Cluster.V3.Cluster.Types.LbSubsetConfig;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Groups of endpoints by their metadata.</summary>
internal static class Subsets
{
    private const string Key = "envoy.lb";

    /// <summary>What balancers look at in metadata; null: nothing.</summary>
    public static LbMetadata? MetadataOf(Metadata? metadata) =>
        metadata is not null && metadata.FilterMetadata.TryGetValue(Key, out var values) ? MetadataOf(values) : null;

    /// <summary>A cluster's subsets; null: it has none.</summary>
    public static SubsetsConfig? Translate(SubsetConfig? config, TranslationContext context, string path)
    {
        if (config is null || config.SubsetSelectors.Count == 0) return null;
        if (config.FallbackPolicy == Fallback.DefaultSubset && config.DefaultSubset is not { Fields.Count: > 0 })
            context.Problems.Error($"{path}.default_subset", "fallback_policy DEFAULT_SUBSET needs it");
        return new()
        {
            Selectors = [.. config.SubsetSelectors.Select((selector, i) => Translate(selector, context, $"{path}.subset_selectors[{i}]"))],
            Fallback = config.FallbackPolicy switch
            {
                Fallback.AnyEndpoint => SubsetFallback.Any,
                Fallback.DefaultSubset => SubsetFallback.Default,
                _ => SubsetFallback.None,
            },
            Default = config.DefaultSubset is { } values ? MetadataOf(values) : null,
            LocalityWeights = config.LocalityWeightAware,
            AnyInsteadOfDefault = config.PanicModeAny,
        };
    }

    private static LbMetadata? MetadataOf(Struct values) => values.Fields.Count == 0
        ? null
        : new(values.Fields.Select(field => KeyValuePair.Create(field.Key, Values.Json(field.Value))));

    private static SubsetSelector Translate(SubsetConfig.Types.LbSubsetSelector selector, TranslationContext context, string path)
    {
        var keys = InOrder(selector.Keys);
        var fewer = InOrder(selector.FallbackKeysSubset);
        var usesFewer = selector.FallbackPolicy == Own.KeysSubset;
        if (usesFewer && (fewer.IsEmpty || fewer.Length >= keys.Length || fewer.Any(key => !keys.Contains(key))))
            context.Problems.Error($"{path}.fallback_keys_subset", "fallback_policy KEYS_SUBSET needs some of keys here, but not all of them");
        if (!usesFewer && !fewer.IsEmpty)
            context.Problems.Warning($"{path}.fallback_keys_subset", "ignored: fallback_policy is not KEYS_SUBSET");
        return new()
        {
            Keys = keys,
            FallbackKeys = usesFewer ? fewer : [],
            Fallback = selector.FallbackPolicy switch
            {
                Own.NoFallback => SubsetFallback.None,
                Own.AnyEndpoint => SubsetFallback.Any,
                Own.DefaultSubset => SubsetFallback.Default,
                Own.KeysSubset => SubsetFallback.FewerKeys,
                _ => null,
            },
        };
    }

    private static ImmutableArray<string> InOrder(IEnumerable<string> keys) => [.. keys.Distinct().Order(StringComparer.Ordinal)];
}
