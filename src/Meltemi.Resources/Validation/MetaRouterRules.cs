using Google.Protobuf.Collections;
using Meltemi.Resources.Aeraki;

namespace Meltemi.Resources.Validation;

/// <summary>Rules for MetaRouter: Aeraki's, with several hosts allowed.</summary>
internal static class MetaRouterRules
{
    public static void Check(MetaRouter spec, FieldPath field)
    {
        Hosts.CheckAll(spec.Hosts, field["hosts"]);
        Scopes.CheckGateways(spec.Gateways, field["gateways"]);
        Scopes.CheckExportTo(spec.ExportTo, field["exportTo"]);
        if (spec.Routes.Count == 0 && spec.LocalRateLimit is null && spec.GlobalRateLimit is null && !field.IsWrong)
            field.Error("one of routes, localRateLimit, globalRateLimit is needed");
        for (var i = 0; i < spec.Routes.Count; i++) CheckRoute(spec.Routes[i], field["routes"][i]);
        CheckReach(spec.Routes, field["routes"]);
        RateLimitRules.Check(spec.LocalRateLimit, field["localRateLimit"]);
        RateLimitRules.Check(spec.GlobalRateLimit, field["globalRateLimit"]);
    }

    private static void CheckRoute(MetaRoute route, FieldPath field)
    {
        AttributeRules.Check(route.Match, field["match"]);
        for (var i = 0; i < route.Route.Count; i++) Destinations.Check(route.Route[i].Destination, field["route"][i]["destination"]);
        Destinations.CheckWeights([.. route.Route.Select(destination => (long)destination.Weight)], field["route"], percent: true);
        if (route.MirrorPercentage is { Value: 0 } && !field["mirrorPercentage"].IsWrong)
            field["mirrorPercentage"].Error("must be more than 0");
        RoutePolicies.CheckMirrors(route.Mirror, route.MirrorPercentage, route.Mirrors, field);
        RoutePolicies.Check(route.Retries, route.Timeout, field["retries"]);
        RoutePolicies.Check(route.Fault, field["fault"]);
        RateLimitRules.Check(route.LocalRateLimit, field["localRateLimit"]);
        CheckMutation(route.RequestMutation, route.RemoveRequestMutation, field["requestMutation"], field["removeRequestMutation"]);
        CheckMutation(route.ResponseMutation, route.RemoveResponseMutation, field["responseMutation"], field["removeResponseMutation"]);
    }

    private static void CheckMutation(
        RepeatedField<KeyValue> set, RepeatedField<string> removed, FieldPath setField, FieldPath removedField)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < set.Count; i++)
        {
            if (!keys.Add(set[i].Key)) setField[i]["key"].Warning($"'{set[i].Key}' is set twice; the last value counts");
        }

        for (var i = 0; i < removed.Count; i++)
        {
            if (removed[i].Length == 0) removedField[i].Error("a key is missing");
            if (keys.Contains(removed[i])) removedField[i].Warning($"'{removed[i]}' is set as well, so it is there in the end");
        }
    }

    /// <summary>
    /// The first match wins: what stands behind a route without conditions, or behind the same conditions, is never reached.
    /// </summary>
    private static void CheckReach(RepeatedField<MetaRoute> routes, FieldPath field)
    {
        var seen = new Dictionary<MetaRouteMatch, int>();
        int? all = null;
        for (var i = 0; i < routes.Count; i++)
        {
            var match = routes[i].Match ?? new();
            if (all is { } catching)
                field[i].Warning($"it can never match: routes[{catching}] before it takes every request");
            else if (!seen.TryAdd(match, i))
                field[i].Warning($"it can never match: routes[{seen[match]}] before it has the same conditions");
            if (match.Attributes.Count == 0 && match.SourceLabels.Count == 0) all ??= i;
        }
    }
}
