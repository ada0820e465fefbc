using Envoy.Config.Route.V3;
using static Meltemi.Resources.Istio.EnvoyFilter.Types;
using static Meltemi.Resources.Istio.EnvoyFilter.Types.Patch.Types;

namespace Meltemi.ControlPlane.Translation.EnvoyFilters;

/// <summary>Applies patches to a route configuration: first it, then its virtual hosts and their routes, then what is added.</summary>
/// <param name="patches">Those for the side of the proxy, in order.</param>
internal sealed class RoutePatches(IReadOnlyList<EnvoyPatch> patches)
{
    /// <summary>Changes the routes.</summary>
    public void Apply(RouteConfiguration routes)
    {
        var matching = patches.Where(patch => PatchMatches.Matches(patch, routes)).ToArray();
        foreach (var patch in matching)
            if (patch is { ApplyTo: ApplyTo.RouteConfiguration, Operation: Operation.Merge })
                MessageMerge.Into(routes, patch.Value!);
        for (var i = routes.VirtualHosts.Count - 1; i >= 0; i--) Apply(routes, i, matching);
        foreach (var patch in matching)
            if (patch is { ApplyTo: ApplyTo.VirtualHost, Operation: Operation.Add })
                routes.VirtualHosts.Add(patch.Copy<VirtualHost>());
    }

    private static void Apply(RouteConfiguration routes, int index, EnvoyPatch[] patches)
    {
        foreach (var patch in patches)
        {
            if (patch.ApplyTo != ApplyTo.VirtualHost || !PatchMatches.Matches(patch, routes.VirtualHosts[index])) continue;
            switch (patch.Operation)
            {
                case Operation.Remove:
                    routes.VirtualHosts.RemoveAt(index);
                    return;
                case Operation.Merge:
                    MessageMerge.Into(routes.VirtualHosts[index], patch.Value!);
                    break;
                case Operation.Replace:
                    routes.VirtualHosts[index] = patch.Copy<VirtualHost>();
                    break;
            }
        }

        var host = routes.VirtualHosts[index];
        ApplyToRoutes(host, patches.Where(patch => patch.ApplyTo == ApplyTo.HttpRoute && PatchMatches.Matches(patch, host)).ToArray());
    }

    private static void ApplyToRoutes(VirtualHost host, EnvoyPatch[] patches)
    {
        foreach (var patch in patches)
        {
            if (patch.Operation == Operation.Remove)
                ListPatches.Remove(host.Routes, route => PatchMatches.Matches(patch, route));
            else if (patch.Operation == Operation.Merge)
                foreach (var route in host.Routes.Where(route => PatchMatches.Matches(patch, route)))
                    MessageMerge.Into(route, patch.Value!);
        }

        foreach (var patch in patches)
        {
            if (patch.Operation is Operation.Remove or Operation.Merge) continue;
            Func<Route, bool>? matches = PatchMatches.Route(patch) is null ? null : route => PatchMatches.Matches(patch, route);

            // Even the first place is only taken where the route is that the patch is for.
            if (patch.Operation == Operation.InsertFirst && matches is not null && !host.Routes.Any(matches)) continue;
            ListPatches.Apply(host.Routes, patch, matches);
        }
    }
}
