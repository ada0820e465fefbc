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
        if (router.LocalRateLimit is { } local) CheckLocal(local, codec, path["localRateLimit"]);
        if (router.GlobalRateLimit is { } global) CheckGlobal(global, codec, scope, path["globalRateLimit"]);
    }

    /// <summary>Reports what can be said about a local limit.</summary>
    public static void CheckLocal(LocalRateLimit limit, CodecInfo? codec, FieldPath path)
    {
        var entries = new List<Reachability.Entry>();
        for (var i = 0; i < limit.Conditions.Count; i++)
        {
            var place = path["conditions"][i];
            if (codec is not null)
            {
                AttributeNames.Check(codec, limit.Conditions[i].Match, place["match"]);
                CheckPer(limit.Conditions[i].Per, codec, place["per"]);
            }

            if (AttributeMatchers.Translate(limit.Conditions[i].Match, place["match"]) is { } matchers)
                entries.Add(new(matchers, new Dictionary<string, string>(), place, $"the condition {i + 1}"));
        }

        Reachability.Check(entries);
        if (codec is not null) CheckPer(limit.Per, codec, path["per"]);
    }

    private static void CheckPer(LocalRateLimit.Types.BucketPerValue? per, CodecInfo codec, FieldPath path)
    {
        if (per is { HasAttribute: true }) AttributeNames.Check(codec, per.Attribute, path["attribute"]);
    }

    private static void CheckGlobal(GlobalRateLimit limit, CodecInfo? codec, RouteScope scope, FieldPath path)
    {
        if (codec is not null)
        {
            AttributeNames.Check(codec, limit.Match, path["match"]);
            for (var i = 0; i < limit.Descriptors.Count; i++)
                AttributeNames.Check(codec, limit.Descriptors[i].Property, path["descriptors"][i]["property"]);
            for (var i = 0; i < limit.CombinedDescriptors.Count; i++)
            {
                for (var j = 0; j < limit.CombinedDescriptors[i].Entries.Count; j++)
                {
                    var (entry, place) = (limit.CombinedDescriptors[i].Entries[j], path["combinedDescriptors"][i]["entries"][j]);
                    if (entry.HasProperty) AttributeNames.Check(codec, entry.Property, place["property"]);
                }
            }
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
