using Meltemi.Codec;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation.Routes;
using Meltemi.Resources.Aeraki;

namespace Meltemi.ControlPlane.Translation.RateLimits;

/// <summary>What can be said about the rate limits of a MetaRouter.</summary>
internal static class LimitAnalysis
{
    /// <summary>Reports to the path's sink.</summary>
    public static void Check(MetaRouter router, CodecInfo? codec, RouteScope scope, FieldPath path)
    {
        if (router.LocalRateLimit is { } local)
        {
            DataPlane.Check(DataPlane.LocalRateLimit, path["localRateLimit"], "the local rate limit");
            CheckLocal(local, codec, path["localRateLimit"]);
        }

        if (router.GlobalRateLimit is { } global)
        {
            DataPlane.Check(DataPlane.GlobalRateLimit, path["globalRateLimit"], "the global rate limit");
            CheckGlobal(global, codec, scope, path["globalRateLimit"]);
        }
    }

    private static void CheckLocal(LocalRateLimit limit, CodecInfo? codec, FieldPath path)
    {
        var entries = new List<Reachability.Entry>();
        for (var i = 0; i < limit.Conditions.Count; i++)
        {
            var place = path["conditions"][i];
            if (codec is not null) AttributeNames.Check(codec, limit.Conditions[i].Match, place["match"]);
            if (AttributeMatchers.Translate(limit.Conditions[i].Match, place["match"]) is { } matchers)
                entries.Add(new(matchers, new Dictionary<string, string>(), place, $"the condition {i + 1}"));
        }

        Reachability.Check(entries);
    }

    private static void CheckGlobal(GlobalRateLimit limit, CodecInfo? codec, RouteScope scope, FieldPath path)
    {
        if (codec is not null)
        {
            AttributeNames.Check(codec, limit.Match, path["match"]);
            for (var i = 0; i < limit.Descriptors.Count; i++)
                AttributeNames.Check(codec, limit.Descriptors[i].Property, path["descriptors"][i]["property"]);
        }

        AttributeMatchers.Translate(limit.Match, path["match"]);
        CheckService(limit.RateLimitService, scope.View, path["rateLimitService"]);
    }

    private static void CheckService(string name, MeshView view, FieldPath path)
    {
        if (!ClusterRef.TryParse(name, out var cluster))
            path.Warning("not the name of a cluster of the mesh, which would be such as outbound|8081||host");
        else if (view.FindService(cluster.Host) is not { } service)
            path.NotResolved($"there is no service '{cluster.Host}'");
        else if (service.FindPort(cluster.Port) is null)
            path.NotResolved($"{service.Host} has no port {cluster.Port}");
        else if (cluster.Subset.Length > 0 && !DestinationPolicies.SubsetsOf(service, view).Contains(cluster.Subset))
            path.NotResolved($"{service.Host} has no subset '{cluster.Subset}'");
    }
}
