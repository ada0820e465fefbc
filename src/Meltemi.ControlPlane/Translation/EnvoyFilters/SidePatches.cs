using System.Collections.Immutable;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Meltemi.ControlPlane.Services;
using static Meltemi.Resources.Istio.EnvoyFilter.Types;
using static Meltemi.Resources.Istio.EnvoyFilter.Types.Patch.Types;

namespace Meltemi.ControlPlane.Translation.EnvoyFilters;

/// <summary>The patches for one side of a proxy, by what they change.</summary>
internal sealed class SidePatches
{
    private readonly ImmutableArray<EnvoyPatch> _listeners, _clusters, _routes;
    private readonly ListenerPatches _listenerPatches;
    private readonly RoutePatches _routePatches;

    /// <param name="patches">All of them, in order.</param>
    /// <param name="problems">Receives what cannot be applied.</param>
    public SidePatches(ImmutableArray<EnvoyPatch> patches, DiagnosticSink problems)
    {
        _listeners = Of(
            patches, ApplyTo.Listener, ApplyTo.ListenerFilter, ApplyTo.FilterChain, ApplyTo.NetworkFilter, ApplyTo.HttpFilter);
        _clusters = Of(patches, ApplyTo.Cluster);
        _routes = Of(patches, ApplyTo.RouteConfiguration, ApplyTo.VirtualHost, ApplyTo.HttpRoute);
        _listenerPatches = new(_listeners, problems);
        _routePatches = new(_routes);
    }

    /// <summary>The patches that are for a listener.</summary>
    public IEnumerable<EnvoyPatch> For(Listener listener) => _listeners.Where(patch => PatchMatches.Matches(patch, listener));

    /// <summary>The patches that are for a cluster.</summary>
    public IEnumerable<EnvoyPatch> For(Cluster cluster) => _clusters.Where(patch => PatchMatches.Matches(patch, cluster));

    /// <summary>The patches that are for routes.</summary>
    public IEnumerable<EnvoyPatch> For(RouteConfiguration routes) => _routes.Where(patch => PatchMatches.Matches(patch, routes));

    /// <summary>Changes a listener; false: it is removed.</summary>
    public bool Apply(Listener listener) => _listenerPatches.Apply(listener);

    /// <summary>Changes a cluster; false: it is removed.</summary>
    public bool Apply(Cluster cluster)
    {
        foreach (var patch in For(cluster))
        {
            if (patch.Operation == Operation.Remove) return false;
            if (patch.Operation == Operation.Merge) MessageMerge.Into(cluster, patch.Value!);
        }

        return true;
    }

    /// <summary>Changes routes, which are never removed.</summary>
    public bool Apply(RouteConfiguration routes)
    {
        _routePatches.Apply(routes);
        return true;
    }

    /// <summary>Those that change what there is: whole listeners and clusters that are added are no part of it.</summary>
    private static ImmutableArray<EnvoyPatch> Of(ImmutableArray<EnvoyPatch> patches, params ReadOnlySpan<ApplyTo> parts)
    {
        var found = ImmutableArray.CreateBuilder<EnvoyPatch>();
        foreach (var patch in patches)
        {
            var adds = patch is { Operation: Operation.Add, ApplyTo: ApplyTo.Listener or ApplyTo.Cluster };
            if (!adds && parts.Contains(patch.ApplyTo)) found.Add(patch);
        }

        return found.ToImmutable();
    }
}
