using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Meltemi.Codec;
using EnvoyRoute = Envoy.Config.Route.V3.Route;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Routes in Envoy's form, where a header is an attribute.</summary>
public static class EnvoyRoutes
{
    /// <summary>Translates a table: the routes of all virtual hosts, one after the other.</summary>
    /// <param name="codec">For checking names of attributes; null: not known.</param>
    public static RouteTableConfig Translate(RouteConfiguration table, CodecInfo? codec, TranslationContext context, string path)
    {
        var builder = new RouteTableBuilder(table.Name, codec, context);
        for (var h = 0; h < table.VirtualHosts.Count; h++)
        {
            var (host, hostPath) = (table.VirtualHosts[h], $"{path}.virtual_hosts[{h}]");
            CheckDomains(host, context, hostPath);
            for (var r = 0; r < host.Routes.Count; r++)
            {
                var routePath = $"{hostPath}.routes[{r}]";
                var route = Translate(table, host, host.Routes[r], context, path, hostPath, routePath);
                if (host.Routes[r].Route_ is not null)
                    route = route with { Retry = Retries.Translate(host, host.Routes[r], codec, context, hostPath, routePath) };
                builder.Add(route, routePath, $"{routePath}.match.headers");
            }
        }

        return builder.Build($"{path}.virtual_hosts");
    }

    private static void CheckDomains(VirtualHost host, TranslationContext context, string path)
    {
        for (var i = 0; i < host.Domains.Count; i++)
        {
            if (host.Domains[i] != "*")
                context.Problems.Warning($"{path}.domains[{i}]", "ignored: the routes of all virtual hosts are for all requests");
        }
    }

    private static RouteConfig Translate(
        RouteConfiguration table, VirtualHost host, EnvoyRoute route, TranslationContext context,
        string path, string hostPath, string routePath)
    {
        CheckMatch(route.Match, context, $"{routePath}.match");
        var config = new RouteConfig
        {
            Name = route.Name,
            Match = AttributeMatches.Translate(route.Match?.Headers ?? [], context, $"{routePath}.match.headers"),
            Clusters = [],
            RequestMutations =
            [
                .. Requests(route.RequestHeadersToRemove, route.RequestHeadersToAdd, routePath),
                .. Requests(host.RequestHeadersToRemove, host.RequestHeadersToAdd, hostPath),
                .. Requests(table.RequestHeadersToRemove, table.RequestHeadersToAdd, path),
            ],
            ResponseMutations =
            [
                .. Responses(route.ResponseHeadersToRemove, route.ResponseHeadersToAdd, routePath),
                .. Responses(host.ResponseHeadersToRemove, host.ResponseHeadersToAdd, hostPath),
                .. Responses(table.ResponseHeadersToRemove, table.ResponseHeadersToAdd, path),
            ],
            Metadata = route.Metadata?.FilterMetadata.ToImmutableDictionary(entry => entry.Key, entry => Values.Json(entry.Value))
                ?? ImmutableDictionary<string, string>.Empty,
        };
        config = PerFilterConfigs.Apply(config, host.TypedPerFilterConfig, context, $"{hostPath}.typed_per_filter_config");
        config = PerFilterConfigs.Apply(config, route.TypedPerFilterConfig, context, $"{routePath}.typed_per_filter_config");
        if (route.ActionCase == EnvoyRoute.ActionOneofCase.Route_)
            return TranslateAction(config, route.Route_, table.ValidateClusters == true, context, $"{routePath}.route");
        var action = route.ActionCase.ToString() is var name and not "None" ? $"'{name}' needs HTTP; " : "";
        context.Problems.Error($"{routePath}.action", $"{action}a route leads to a cluster");
        return config;

        IEnumerable<MutationConfig> Requests(IEnumerable<string> remove, IReadOnlyList<HeaderValueOption> add, string owner) =>
            Mutations.Translate(remove, add, context, $"{owner}.request_headers_to_add");

        IEnumerable<MutationConfig> Responses(IEnumerable<string> remove, IReadOnlyList<HeaderValueOption> add, string owner) =>
            Mutations.Translate(remove, add, context, $"{owner}.response_headers_to_add");
    }

    private static void CheckMatch(RouteMatch? match, TranslationContext context, string path)
    {
        if (match is null) return;
        var everything = match.PathSpecifierCase switch
        {
            RouteMatch.PathSpecifierOneofCase.None => true,
            RouteMatch.PathSpecifierOneofCase.Prefix => match.Prefix is "" or "/",
            _ => false,
        };
        if (!everything) context.Problems.Error(path, "only the prefix / can be matched: there are no paths; match attributes by headers");
    }

    private static RouteConfig TranslateAction(
        RouteConfig config, RouteAction action, bool required, TranslationContext context, string path) => config with
        {
            Clusters = TranslateClusters(action, required, context, path),
            SplitsByHash = RouteShares.AreByHash(action.WeightedClusters, action.HashPolicy.Count, context, $"{path}.weighted_clusters"),
            SplitAttribute = RouteShares.NumberOf(action.WeightedClusters),
            Timeout = action.Timeout is { } timeout ? Values.Span(timeout) : null,
            HighPriority = action.Priority == RoutingPriority.High,
            HashPolicies = TranslateHashPolicies(action, context, $"{path}.hash_policy"),
            Mirrors = Translation.Mirrors.Translate(
                action.RequestMirrorPolicies.Select(mirror => (mirror.Cluster, (RuntimeFractionalPercent?)mirror.RuntimeFraction)), context, $"{path}.request_mirror_policies"),
        };

    private static ImmutableArray<WeightedCluster> TranslateClusters(
        RouteAction action, bool required, TranslationContext context, string path)
    {
        switch (action.ClusterSpecifierCase)
        {
            case RouteAction.ClusterSpecifierOneofCase.Cluster:
                context.ClusterReferences.Add(new($"{path}.cluster", action.Cluster, required));
                return [new(action.Cluster, 1) { Subset = Subsets.MetadataOf(action.MetadataMatch) }];
            case RouteAction.ClusterSpecifierOneofCase.WeightedClusters:
                return RouteShares.Translate(action.WeightedClusters, Subsets.MetadataOf(action.MetadataMatch), context, $"{path}.weighted_clusters", required);
            case RouteAction.ClusterSpecifierOneofCase.ClusterHeader:
                context.Problems.Error($"{path}.cluster_header", "choosing the cluster by an attribute is not supported yet");
                return [];
            default:
                context.Problems.Error($"{path}.cluster_specifier", "a cluster is needed");
                return [];
        }
    }

    private static ImmutableArray<HashPolicy> TranslateHashPolicies(RouteAction action, TranslationContext context, string path)
    {
        var policies = ImmutableArray.CreateBuilder<HashPolicy>();
        for (var i = 0; i < action.HashPolicy.Count; i++)
        {
            var policy = action.HashPolicy[i];
            switch (policy.PolicySpecifierCase)
            {
                case RouteAction.Types.HashPolicy.PolicySpecifierOneofCase.Header:
                    policies.Add(new(policy.Header.HeaderName, policy.Terminal));
                    break;
                case RouteAction.Types.HashPolicy.PolicySpecifierOneofCase.ConnectionProperties when policy.ConnectionProperties.SourceIp:
                    policies.Add(new(null, policy.Terminal));
                    break;
                default:
                    context.Problems.Warning($"{path}[{i}]", "ignored: a hash is made of a header or of the source_ip");
                    break;
            }
        }

        return policies.ToImmutable();
    }
}
