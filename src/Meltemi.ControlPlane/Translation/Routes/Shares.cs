using Envoy.Config.Route.V3;

namespace Meltemi.ControlPlane.Translation.Routes;

/// <summary>A cluster and its share of the requests.</summary>
internal readonly record struct Share(string Cluster, uint Weight);

/// <summary>Where a route leads, by weight.</summary>
internal static class Shares
{
    /// <summary>A cluster that no proxy has (Istio's name for it): what leads there is answered with "no such cluster".</summary>
    public const string Nowhere = "BlackHoleCluster";

    /// <summary>The hash of a request decides between the clusters of an action, whose hash policies are there already.</summary>
    public static void SplitByHash(RouteAction action, FieldPath path)
    {
        if (action.WeightedClusters is not { } weighted) path.Warning("no effect: there is one destination");
        else if (action.HashPolicy.Count == 0) path.Warning("no effect: neither a hashPolicy nor a DestinationRule says what the hash is made of");
        else weighted.UseHashPolicy = true;
    }

    /// <summary>Sets the clusters of an action. A single one needs no weight; one with weight 0 among several gets nothing.</summary>
    /// <param name="path">Path of the list of destinations.</param>
    public static void Apply(RouteAction action, IReadOnlyList<Share> shares, FieldPath path)
    {
        if (shares.Count == 1)
        {
            action.Cluster = shares[0].Cluster;
            return;
        }

        for (var i = 0; i < shares.Count; i++)
            if (shares[i].Weight == 0)
                path[i]["weight"].Warning("the weight is 0: no request goes there");
        var total = shares.Aggregate(0ul, (sum, share) => sum + share.Weight);
        if (total is 0 or > uint.MaxValue)
        {
            path.NotAccepted($"the weights sum up to {total}: requests that match are answered with \"no such cluster\"");
            action.Cluster = Nowhere;
            return;
        }

        action.WeightedClusters = new WeightedCluster
        {
            Clusters = { shares.Select(share => new WeightedCluster.Types.ClusterWeight { Name = share.Cluster, Weight = share.Weight }) },
        };
    }
}
