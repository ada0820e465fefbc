using Envoy.Config.Route.V3;
using Meltemi.ControlPlane.Translation.Routes;
using Meltemi.Resources.Istio;
using Hash = Meltemi.Resources.Istio.LoadBalancerSettings.Types.ConsistentHashLB;
using Policy = Envoy.Config.Route.V3.RouteAction.Types.HashPolicy;

namespace Meltemi.ControlPlane.Translation.Grpc;

/// <summary>
/// What is done with the calls of a route, as gRPC's libraries can do it. What they cannot do at all makes the calls fail, rather than go
/// where they were not meant to.
/// </summary>
internal static class GrpcActions
{
    // Whom the calls of one channel come from: the nearest to an address that a client knows of itself.
    private const string ChannelId = "io.grpc.channel_id";

    /// <summary>A route without its conditions.</summary>
    public static Route Translate(HTTPRoute route, RouteScope scope, FieldPath path)
    {
        Warn(route, path);
        var translated = new Route { Name = route.Name };
        if (Impossible(route, path) || Shares(route, scope, path["route"]) is not { Count: > 0 } shares)
        {
            translated.Route_ = Nowhere();
            return translated;
        }

        var action = translated.Route_ = new RouteAction();
        SetClusters(action, shares);
        AddHashPolicies(action, scope.Clusters.Where(cluster => shares.Any(share => share.Cluster == cluster.Name)), scope.View);
        if (route.Timeout is { } timeout && timeout.ToTimeSpan() > TimeSpan.Zero)
            action.MaxStreamDuration = new() { MaxStreamDuration_ = timeout };
        action.RetryPolicy = GrpcRetries.Translate(route.Retries, path["retries"]);
        if (Faults.Translate(route.Fault, path["fault"], exponential: false) is { } fault) translated.TypedPerFilterConfig[Faults.Filter] = fault;
        return translated;
    }

    /// <summary>
    /// Lets calls fail at once. A <c>non_forwarding_action</c> would say it better, but node's library falls over it, and python's older
    /// ones over a call without a route.
    /// </summary>
    public static RouteAction Nowhere() => new() { Cluster = GrpcClusters.Nowhere };

    /// <summary>Adds what the DestinationRules of clusters say about hashes.</summary>
    public static void AddHashPolicies(RouteAction action, IEnumerable<ClusterRef> clusters, MeshView view)
    {
        var policies = clusters.Select(cluster => Translate(DestinationPolicies.HashOf(cluster, view))).OfType<Policy>();
        action.HashPolicy.AddRange(policies.Distinct());
    }

    private static Policy? Translate(Hash? hash) => hash?.HashKeyCase switch
    {
        Hash.HashKeyOneofCase.HttpHeaderName => new() { Header = new() { HeaderName = hash.HttpHeaderName.ToLowerInvariant() } },
        Hash.HashKeyOneofCase.UseSourceIp when hash.UseSourceIp => new() { FilterState = new() { Key = ChannelId } },
        _ => null,
    };

    // What leads to nothing fails now, not when the client is tired of waiting for a cluster that it does not get.
    private static List<Share> Shares(HTTPRoute route, RouteScope scope, FieldPath path)
    {
        var shares = new List<Share>(route.Route.Count);
        for (var i = 0; i < route.Route.Count; i++)
        {
            var destination = route.Route[i].Destination ?? new();
            var cluster = Destinations.Find(destination, scope, path[i]["destination"])?.Name ?? GrpcClusters.Nowhere;
            var weight = route.Route.Count == 1 ? 1 : route.Route[i].Weight;
            if (weight > 0)
                shares.Add(new(cluster, (uint)weight));
            else
                path[i]["weight"].Warning("the weight is 0: no call goes there");
        }

        return [.. shares.GroupBy(share => share.Cluster, (cluster, same) => new Share(cluster, (uint)same.Sum(share => (long)share.Weight)))];
    }

    private static void SetClusters(RouteAction action, List<Share> shares)
    {
        if (shares.Count == 1)
        {
            action.Cluster = shares[0].Cluster;
            return;
        }

        var weighted = action.WeightedClusters = new WeightedCluster();
        var scale = (uint)((shares.Sum(share => (long)share.Weight) / uint.MaxValue) + 1);
        foreach (var share in shares)
            weighted.Clusters.Add(new WeightedCluster.Types.ClusterWeight { Name = share.Cluster, Weight = Math.Max(1, share.Weight / scale) });

        // Python's older versions take the total for 100 if it is not said.
        weighted.TotalWeight = (uint)weighted.Clusters.Sum(cluster => (long)cluster.Weight!.Value);
    }

    private static bool Impossible(HTTPRoute route, FieldPath path)
    {
        var (field, what) = route switch
        {
            { Redirect: not null } => ("redirect", "a redirect"),
            { DirectResponse: not null } => ("directResponse", "a direct response"),
            { Delegate: not null } => ("delegate", "delegation"),
            { Rewrite: { Authority.Length: 0 } or { Uri.Length: > 0 } } => ("rewrite", "a change of the path"),
            _ => ("", ""),
        };
        if (field.Length == 0) return false;
        path[field].Warning($"gRPC's clients cannot do {what}: their calls that match fail");
        return true;
    }

    private static void Warn(HTTPRoute route, FieldPath path)
    {
        if (route.Mirror is not null) path["mirror"].Warning("no effect on gRPC's clients: they do not mirror");
        if (route.Mirrors.Count > 0) path["mirrors"].Warning("no effect on gRPC's clients: they do not mirror");
        if (route.Headers is not null) path["headers"].Warning("no effect on gRPC's clients: they do not change headers");
        if (route.Rewrite is { Authority.Length: > 0 }) path["rewrite"]["authority"].Warning("no effect on gRPC's clients");
        for (var i = 0; i < route.Route.Count; i++)
            if (route.Route[i].Headers is not null)
                path["route"][i]["headers"].Warning("no effect on gRPC's clients: they do not change headers");
    }
}
