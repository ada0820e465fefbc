using System.Collections.Immutable;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf;
using Meltemi.ControlPlane.Services;
using Meltemi.Resources;
using Meltemi.Resources.Istio;
using static Meltemi.Resources.Istio.EnvoyFilter.Types;
using static Meltemi.Resources.Istio.EnvoyFilter.Types.Patch.Types;

namespace Meltemi.ControlPlane.Translation.EnvoyFilters;

/// <summary>
/// The changes that EnvoyFilters make to what is sent to one proxy: those of the root namespace, then those of the proxy's own; in each by
/// priority, then age, then name. A resource that nothing changes is returned as the object it was.
/// </summary>
public sealed class EnvoyPatches
{
    private readonly ImmutableArray<EnvoyPatch> _patches;
    private readonly DiagnosticSink _problems;

    private EnvoyPatches(ImmutableArray<EnvoyPatch> patches, DiagnosticSink problems)
    {
        _patches = patches;
        _problems = problems;
    }

    /// <summary>Whether nothing is changed.</summary>
    public bool IsEmpty => _patches.IsEmpty;

    /// <summary>The changes for a proxy.</summary>
    public static EnvoyPatches For(ProxyNode node, MeshView view)
    {
        var root = view.Model.Options.RootNamespace;
        var filters = Selected(node, view, root);
        if (node.Namespace != root) filters = filters.Concat(Selected(node, view, node.Namespace));
        return new([.. filters.SelectMany(filter => EnvoyFilterReader.Patches(filter))], view.Problems);
    }

    /// <summary>Changes the listeners of one side of the proxy, and adds those that are to be added.</summary>
    public ImmutableArray<Translated<Listener>> Apply(PatchContext context, ImmutableArray<Translated<Listener>> listeners)
    {
        var patches = For(
            context, ApplyTo.Listener, ApplyTo.ListenerFilter, ApplyTo.FilterChain, ApplyTo.NetworkFilter, ApplyTo.HttpFilter);
        if (patches.Length == 0) return listeners;
        var changes = new ListenerPatches(patches, _problems);
        var changed = listeners.Select(listener =>
        {
            var matching = patches.Where(patch => PatchMatches.Matches(patch, listener.Message));
            return Change(listener, matching, changes.Apply, message => message.Name);
        });
        return [.. changed.OfType<Translated<Listener>>(), .. Added<Listener>(patches, context, message => message.Name)];
    }

    /// <summary>Changes the clusters of one side of the proxy, and adds those that are to be added.</summary>
    public ImmutableArray<Translated<Cluster>> Apply(PatchContext context, ImmutableArray<Translated<Cluster>> clusters)
    {
        var patches = For(context, ApplyTo.Cluster);
        if (patches.Length == 0) return clusters;
        var changed = clusters.Select(cluster =>
        {
            var matching = patches.Where(patch => PatchMatches.Matches(patch, cluster.Message)).ToArray();
            return Change(cluster, matching, message => Apply(message, matching), message => message.Name);
        });
        return [.. changed.OfType<Translated<Cluster>>(), .. Added<Cluster>(patches, context, message => message.Name)];
    }

    /// <summary>Changes a route configuration.</summary>
    public Translated<RouteConfiguration> Apply(PatchContext context, Translated<RouteConfiguration> routes)
    {
        var patches = For(context, ApplyTo.RouteConfiguration, ApplyTo.VirtualHost, ApplyTo.HttpRoute);
        var changes = new RoutePatches(patches);
        return Change(routes, patches.Where(patch => PatchMatches.Matches(patch, routes.Message)), Apply, message => message.Name)!;

        bool Apply(RouteConfiguration message)
        {
            changes.Apply(message);
            return true;
        }
    }

    private static IEnumerable<Resource> Selected(ProxyNode node, MeshView view, string ns) =>
        view.Model.OfKind(ResourceKinds.EnvoyFilter, ns)
            .Where(filter => Selects(filter.SpecAs<EnvoyFilter>(), node))
            .OrderBy(filter => filter.SpecAs<EnvoyFilter>().Priority);

    private static bool Selects(EnvoyFilter filter, ProxyNode node) =>
        filter.WorkloadSelector is not { } selector || LabelSet.From(selector.Labels).Selects(node.Labels);

    /// <summary>Applies to a copy; null: removed.</summary>
    private static Translated<T>? Change<T>(
        Translated<T> resource, IEnumerable<EnvoyPatch> patches, Func<T, bool> apply, Func<T, string> nameOf)
        where T : class, IMessage
    {
        var changing = patches.Where(patch => patch.Value is not T || patch.Operation != Operation.Add);
        var sources = changing.Select(patch => patch.Source).Distinct().ToArray();
        if (sources.Length == 0) return resource;
        var copy = MessageMerge.Clone(resource.Message);
        if (!apply(copy)) return null;
        if (copy.Equals(resource.Message)) return resource;
        return resource with { Name = nameOf(copy), Message = copy, Sources = [.. resource.Sources, .. sources] };
    }

    private static bool Apply(Cluster cluster, EnvoyPatch[] patches)
    {
        foreach (var patch in patches)
        {
            if (patch.Operation == Operation.Remove) return false;
            if (patch.Operation == Operation.Merge) MessageMerge.Into(cluster, patch.Value!);
        }

        return true;
    }

    /// <summary>What is added to all sides is not added twice to a sidecar: it goes to its outbound side.</summary>
    private static IEnumerable<Translated<T>> Added<T>(EnvoyPatch[] patches, PatchContext context, Func<T, string> nameOf)
        where T : class, IMessage =>
        patches
            .Where(patch => patch is { Operation: Operation.Add, Value: T })
            .Where(patch => patch.Match.Context != PatchContext.Any || context is PatchContext.SidecarOutbound or PatchContext.Gateway)
            .Select(patch => new Translated<T>(nameOf((T)patch.Value!), patch.Copy<T>()) { Sources = [patch.Source] });

    private EnvoyPatch[] For(PatchContext context, params ReadOnlySpan<ApplyTo> parts)
    {
        var found = new List<EnvoyPatch>();
        foreach (var patch in _patches)
            if (patch.IsFor(context) && parts.Contains(patch.ApplyTo))
                found.Add(patch);
        return [.. found];
    }
}
