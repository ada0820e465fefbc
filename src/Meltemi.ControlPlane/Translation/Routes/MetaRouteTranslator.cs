using Envoy.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;
using Meltemi.ControlPlane.Translation.RateLimits;
using Meltemi.Resources.Aeraki;

namespace Meltemi.ControlPlane.Translation.Routes;

/// <summary>Turns one route of a MetaRouter into a route of xDS, for any protocol: what it matches are attributes.</summary>
internal static class MetaRouteTranslator
{
    /// <summary>The route; null: its conditions cannot be tested (reported), so that it never matches and is left out.</summary>
    public static Route? Translate(MetaRoute route, RouteScope scope, FieldPath path)
    {
        if (AttributeMatchers.Translate(route.Match, path["match"]) is not { } conditions) return null;
        var action = TranslateAction(route, scope, path);
        var translated = new Route
        {
            Name = route.Name,
            Match = new RouteMatch { Prefix = "/", Headers = { conditions } },
            Route_ = action,
        };
        RouteMutations.Apply(translated, route, scope.Codec, path);
        if (Faults.Translate(route.Fault, path["fault"]) is { } fault) translated.TypedPerFilterConfig[Faults.Filter] = fault;
        if (route.LocalRateLimit is { } limit)
        {
            var prefix = route.Name.Length > 0 ? route.Name : route.Route.FirstOrDefault()?.Destination?.Host ?? "route";
            translated.TypedPerFilterConfig[LimitFilters.LocalName] = Any.Pack(LimitFilters.Local(limit, prefix, path["localRateLimit"]));
        }

        return translated;
    }

    private static RouteAction TranslateAction(MetaRoute route, RouteScope scope, FieldPath path)
    {
        var action = new RouteAction();
        var shares = new List<Share>(route.Route.Count);
        var clusters = new List<ClusterRef>(route.Route.Count);
        for (var i = 0; i < route.Route.Count; i++)
        {
            var destination = route.Route[i].Destination ?? new();
            if (Destinations.Find(destination, scope, path["route"][i]["destination"]) is { } cluster)
            {
                clusters.Add(cluster);
                shares.Add(new(cluster.Name, route.Route[i].Weight));
            }
            else
            {
                shares.Add(new(Destinations.Missing(destination, scope), route.Route[i].Weight));
            }
        }

        Shares.Apply(action, shares, path["route"]);
        HashPolicies.Apply(action, route, clusters, scope, path);
        if (route.SplitByHash) Shares.SplitByHash(action, path["splitByHash"]);
        Mirrors.Apply(action, route, scope, path);
        action.Timeout = route.Timeout;
        action.RetryPolicy = RetryPolicies.Translate(route.Retries, path["retries"]);
        return action;
    }
}
