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
/// The changes that EnvoyFilters make to what is sent to a proxy: those of the root namespace, then those of the proxy's own; in each by
/// priority, then age, then name. A resource that nothing changes is returned as the object it was. Immutable.
/// </summary>
public sealed class EnvoyPatches
{
    private readonly ImmutableArray<EnvoyPatch> _patches;
    private readonly ImmutableArray<SidePatches> _sides;

    /// <param name="filters">What <see cref="Select"/> chose.</param>
    /// <param name="problems">Receives what cannot be applied; null: nobody wants to know.</param>
    public EnvoyPatches(IEnumerable<Resource> filters, DiagnosticSink? problems = null)
    {
        _patches = [.. filters.SelectMany(filter => EnvoyFilterReader.Patches(filter))];
        _sides = [.. Enum.GetValues<PatchContext>().Select(context => new SidePatches(
            [.. _patches.Where(patch => patch.IsFor(context))], problems ?? new()))];
    }

    /// <summary>The EnvoyFilters for a proxy, in order.</summary>
    public static ImmutableArray<Resource> Select(string ns, LabelSet labels, MeshModel model)
    {
        var root = model.Options.RootNamespace;
        var filters = Selected(root, labels, model);
        return ns == root ? [.. filters] : [.. filters, .. Selected(ns, labels, model)];
    }

    /// <summary>A listener, cluster or route configuration of a side of the proxy after the changes; null: it is removed.</summary>
    public Translated<T>? Apply<T>(PatchContext context, Translated<T> resource) where T : class, IMessage
    {
        var side = _sides[(int)context];
        return resource.Message switch
        {
            Listener listener => Change(resource, side.For(listener), copy => side.Apply((Listener)(object)copy)),
            Cluster cluster => Change(resource, side.For(cluster), copy => side.Apply((Cluster)(object)copy)),
            RouteConfiguration routes => Change(resource, side.For(routes), copy => side.Apply((RouteConfiguration)(object)copy)),
            _ => resource,
        };
    }

    /// <summary>
    /// The listeners or clusters that are added to a side of the proxy. What is added to all sides is not added twice to a sidecar: it
    /// goes to its outbound side.
    /// </summary>
    public IEnumerable<Translated<T>> Added<T>(PatchContext context, Func<T, string> nameOf) where T : class, IMessage =>
        _patches
            .Where(patch => patch is { Operation: Operation.Add, Value: T } && patch.IsFor(context))
            .Where(patch => patch.Match.Context != PatchContext.Any || context is PatchContext.SidecarOutbound or PatchContext.Gateway)
            .Select(patch => new Translated<T>(nameOf((T)patch.Value!), patch.Copy<T>()) { Sources = [patch.Source] });

    /// <summary>Whether a cluster of that name is removed.</summary>
    public bool Removes(PatchContext context, string cluster) =>
        _sides[(int)context].For(new Cluster { Name = cluster }).Any(patch => patch.Operation == Operation.Remove);

    private static IEnumerable<Resource> Selected(string ns, LabelSet labels, MeshModel model) =>
        model.OfKind(ResourceKinds.EnvoyFilter, ns)
            .Where(filter => Selects(filter.SpecAs<EnvoyFilter>(), labels))
            .OrderBy(filter => filter.SpecAs<EnvoyFilter>().Priority);

    private static bool Selects(EnvoyFilter filter, LabelSet labels) =>
        filter.WorkloadSelector is not { } selector || LabelSet.From(selector.Labels).Selects(labels);

    /// <summary>Applies to a copy; null: removed.</summary>
    private static Translated<T>? Change<T>(Translated<T> resource, IEnumerable<EnvoyPatch> patches, Func<T, bool> apply)
        where T : class, IMessage
    {
        var sources = patches.Select(patch => patch.Source).Distinct().ToArray();
        if (sources.Length == 0) return resource;
        var copy = MessageMerge.Clone(resource.Message);
        if (!apply(copy)) return null;
        return copy.Equals(resource.Message) ? resource : resource with { Message = copy, Sources = [.. resource.Sources, .. sources] };
    }
}
