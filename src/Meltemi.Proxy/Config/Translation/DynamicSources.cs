using Envoy.Config.Bootstrap.V3;
using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Xds.Reading;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>The control planes of a bootstrap. To be called when its static resources have been translated.</summary>
internal static class DynamicSources
{
    private const string Path = "dynamic_resources";

    /// <summary>Null if nothing comes from a control plane.</summary>
    public static DynamicConfig? Translate(Bootstrap bootstrap, TranslationContext context)
    {
        var resources = bootstrap.DynamicResources;
        var config = new DynamicConfig
        {
            Node = bootstrap.Node ?? new(),
            Ads = resources?.AdsConfig is { } ads ? ConfigSources.Translate(ads, context, $"{Path}.ads_config") : null,
            Listeners = resources?.LdsConfig is { } listeners ? ConfigSources.Translate(listeners, context, $"{Path}.lds_config") : null,
            Clusters = resources?.CdsConfig is { } clusters ? ConfigSources.Translate(clusters, context, $"{Path}.cds_config") : null,
        };
        if (context.SourceReferences.Count == 0)
        {
            if (config.Ads is not null)
                context.Problems.Warning($"{Path}.ads_config", "nothing is asked for; add lds_config and cds_config with ads: {}");
            return null;
        }

        CheckSources(bootstrap, context);
        if (config.Node.Id.Length == 0)
            context.Problems.Warning("node.id", "a control plane knows a proxy by its 'id'; most refuse one that has none");
        return config with { Node = Introduce(config.Node, bootstrap) };
    }

    private static Node Introduce(Node own, Bootstrap bootstrap)
    {
        var node = own.Clone();
        node.Metadata ??= new();
        node.Metadata.Fields[BootstrapText.Key] = Value.ForString(BootstrapText.Write(bootstrap));
        return node;
    }

    private static void CheckSources(Bootstrap bootstrap, TranslationContext context)
    {
        foreach (var (path, source) in context.SourceReferences)
        {
            if (source.Kind == SourceKind.Ads && bootstrap.DynamicResources?.AdsConfig is null)
                context.Problems.Error($"{path}.ads", $"there is no {Path}.ads_config that says who that is");
        }

        foreach (var (path, name, _) in context.ServerReferences)
        {
            if (name.Length == 0) continue;
            var clusters = bootstrap.StaticResources?.Clusters ?? [];
            var cluster = clusters.FirstOrDefault(cluster => cluster.Name == name);
            if (cluster is null)
                context.Problems.Error(path, $"there is no static cluster '{name}'{Spelling.Hint(name, [.. clusters.Select(known => known.Name)])}");
            else if (cluster.Type == Envoy.Config.Cluster.V3.Cluster.Types.DiscoveryType.Eds)
                context.Problems.Error(path, $"the cluster '{name}' has its endpoints from a control plane; the way to one must be known without");
        }
    }
}
