using System.Collections.Immutable;
using Aeraki.MetaProtocolProxy.Config.Route.V1Alpha;
using Envoy.Config.Core.V3;
using Meltemi.Codec;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Routes in Aeraki's own form.</summary>
public static class AerakiRoutes
{
    /// <summary>Translates a table.</summary>
    /// <param name="codec">For checking names of attributes; null: not known.</param>
    public static RouteTableConfig Translate(RouteConfiguration table, CodecInfo? codec, TranslationContext context, string path)
    {
        var builder = new RouteTableBuilder(table.Name, codec, context);
        for (var i = 0; i < table.Routes.Count; i++)
        {
            var routePath = $"{path}.routes[{i}]";
            builder.Add(Translate(table.Routes[i], context, routePath), routePath, $"{routePath}.match.metadata");
        }

        return builder.Build($"{path}.routes");
    }

    private static RouteConfig Translate(Route route, TranslationContext context, string path)
    {
        if (route.Route_ is not { } action)
        {
            context.Problems.Error($"{path}.route", "'route' is missing");
            action = new() { Cluster = "" };
        }

        return new RouteConfig
        {
            Name = route.Name,
            Match = AttributeMatches.Translate(route.Match?.Metadata ?? [], context, $"{path}.match.metadata"),
            Clusters = TranslateClusters(action, context, $"{path}.route"),
            SplitsByHash = RouteShares.AreByHash(action.WeightedClusters, action.HashPolicy.Count, context, $"{path}.route.weighted_clusters"),
            SplitAttribute = RouteShares.NumberOf(action.WeightedClusters),
            HashPolicies = [.. action.HashPolicy.Select(name => new HashPolicy(name))],
            Mirrors = Translation.Mirrors.Translate(
                action.RequestMirrorPolicies.Select(mirror => (mirror.Cluster, (RuntimeFractionalPercent?)mirror.RuntimeFraction)), context, $"{path}.route.request_mirror_policies"),
            RequestMutations = [.. route.RequestMutation.Select((pair, i) => Mutations.Literal(pair.Key, pair.Value, context, $"{path}.request_mutation[{i}].value"))],
            ResponseMutations = [.. route.ResponseMutation.Select((pair, i) => Mutations.Literal(pair.Key, pair.Value, context, $"{path}.response_mutation[{i}].value"))],
        };
    }

    private static ImmutableArray<WeightedCluster> TranslateClusters(RouteAction action, TranslationContext context, string path)
    {
        switch (action.ClusterSpecifierCase)
        {
            case RouteAction.ClusterSpecifierOneofCase.Cluster:
                context.ClusterReferences.Add(new($"{path}.cluster", action.Cluster, false));
                return [new(action.Cluster, 1)];
            case RouteAction.ClusterSpecifierOneofCase.WeightedClusters:
                return RouteShares.Translate(action.WeightedClusters, subset: null, context, $"{path}.weighted_clusters");
            default:
                context.Problems.Error($"{path}.cluster_specifier", "a cluster is needed");
                return [];
        }
    }
}
