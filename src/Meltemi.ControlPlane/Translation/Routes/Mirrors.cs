using Envoy.Config.Route.V3;
using Meltemi.Resources.Aeraki;
using Meltemi.Resources.Istio;

namespace Meltemi.ControlPlane.Translation.Routes;

/// <summary>Where copies of requests go: the one <c>mirror</c> that Aeraki has, then the list <c>mirrors</c>.</summary>
internal static class Mirrors
{
    /// <summary>
    /// Adds the mirrors of a route to its action. One whose cluster does not exist is left out: a copy that goes nowhere is of no use.
    /// </summary>
    public static void Apply(RouteAction action, MetaRoute route, RouteScope scope, FieldPath path)
    {
        if (route.Mirror is { } mirror) Add(mirror, route.MirrorPercentage, path["mirror"], path["mirrorPercentage"]);
        for (var i = 0; i < route.Mirrors.Count; i++)
            if (route.Mirrors[i].Destination is { } destination)
                Add(destination, route.Mirrors[i].Percentage, path["mirrors"][i]["destination"], path["mirrors"][i]["percentage"]);

        void Add(Destination destination, Percent? percentage, FieldPath place, FieldPath share)
        {
            if (percentage is { Value: <= 0 }) share.Warning("no request is copied: give a percentage above 0");
            if (Destinations.Find(destination, scope, place) is not { } cluster) return;
            action.RequestMirrorPolicies.Add(new RouteAction.Types.RequestMirrorPolicy
            {
                Cluster = cluster.Name,
                RuntimeFraction = Percents.Runtime(percentage),
            });
        }
    }
}
