using Envoy.Config.Listener.V3;
using Google.Protobuf.WellKnownTypes;
using Meltemi.ControlPlane.Services;
using Meltemi.Xds.Reading;
using static Meltemi.Resources.Istio.EnvoyFilter.Types;
using static Meltemi.Resources.Istio.EnvoyFilter.Types.Patch.Types;
using MetaProxy = Aeraki.MetaProtocolProxy.V1Alpha.MetaProtocolProxy;

namespace Meltemi.ControlPlane.Translation.EnvoyFilters;

/// <summary>
/// Applies patches to a listener, in Istio's order: the listener itself, its listener filters, its chains and their filters; at each level
/// what merges or removes comes before what is added to the parts.
/// </summary>
/// <param name="patches">Those for the side of the proxy, in order.</param>
/// <param name="problems">Receives what could not be applied.</param>
internal sealed class ListenerPatches(IReadOnlyList<EnvoyPatch> patches, DiagnosticSink problems)
{
    /// <summary>Changes the listener; false: it is removed.</summary>
    public bool Apply(Listener listener)
    {
        var matching = patches.Where(patch => PatchMatches.Matches(patch, listener)).ToArray();
        foreach (var patch in For(ApplyTo.Listener, matching))
        {
            if (patch.Operation == Operation.Remove) return false;
            if (patch.Operation == Operation.Merge) MessageMerge.Into(listener, patch.Value!);
        }

        foreach (var patch in For(ApplyTo.ListenerFilter, matching))
        {
            var named = ByName<ListenerFilter>(PatchMatches.ListenerFilter(patch), filter => filter.Name);
            ListPatches.Apply(listener.ListenerFilters, patch, named);
        }

        ListPatches.Remove(listener.FilterChains, chain => !Apply(chain, matching));
        if (listener.DefaultFilterChain is { } last && !Apply(last, matching)) listener.DefaultFilterChain = null;
        foreach (var patch in For(ApplyTo.FilterChain, matching))
            if (patch.Operation == Operation.Add)
                listener.FilterChains.Add(patch.Copy<FilterChain>());
        return true;
    }

    private static IEnumerable<EnvoyPatch> For(ApplyTo part, IEnumerable<EnvoyPatch> patches) =>
        patches.Where(patch => patch.ApplyTo == part);

    private static Func<T, bool>? ByName<T>(string? name, Func<T, string> nameOf) => name is null ? null : item => nameOf(item) == name;

    /// <summary>Changes a chain; false: it is removed.</summary>
    private bool Apply(FilterChain chain, EnvoyPatch[] listenerPatches)
    {
        var matching = listenerPatches.Where(patch => PatchMatches.Matches(patch, chain)).ToArray();
        foreach (var patch in For(ApplyTo.FilterChain, matching))
        {
            if (patch.Operation == Operation.Remove) return false;
            if (patch.Operation == Operation.Merge) MessageMerge.Into(chain, patch.Value!);
        }

        foreach (var patch in For(ApplyTo.NetworkFilter, matching))
            ListPatches.Apply(chain.Filters, patch, ByName<Filter>(PatchMatches.NetworkFilter(patch), filter => filter.Name));
        foreach (var filter in chain.Filters) Merge(filter, matching);
        return true;
    }

    private void Merge(Filter filter, EnvoyPatch[] chainPatches)
    {
        foreach (var patch in For(ApplyTo.NetworkFilter, chainPatches))
        {
            if (patch.Operation != Operation.Merge || (PatchMatches.NetworkFilter(patch) is { } name && name != filter.Name)) continue;
            var value = (Filter)patch.Value!;
            if (value.TypedConfig is { } config && filter.TypedConfig is { } old && TypeOf(config) != TypeOf(old))
            {
                problems.NotAccepted(
                    patch.Source, $"{patch.Path}.patch.value.typed_config",
                    $"a {TypeOf(config)} cannot be merged into the {TypeOf(old)} of '{filter.Name}'; it stays as it is");
                continue;
            }

            MessageMerge.Into(filter, value);
        }

        var requestPatches = For(ApplyTo.HttpFilter, chainPatches).Where(patch => PatchMatches.NetworkFilter(patch) == filter.Name);
        ApplyToRequests(filter, requestPatches.ToArray());
    }

    private static string TypeOf(Any any) => AnyTypes.TypeName(any.TypeUrl);

    /// <summary>The filters for requests within the meta protocol filter.</summary>
    private static void ApplyToRequests(Filter filter, EnvoyPatch[] requestPatches)
    {
        if (requestPatches.Length == 0 || filter.TypedConfig is null || !filter.TypedConfig.Is(MetaProxy.Descriptor)) return;
        var proxy = filter.TypedConfig.Unpack<MetaProxy>();
        foreach (var patch in requestPatches)
        {
            var name = PatchMatches.HttpFilter(patch);
            if (patch.Operation != Operation.Merge)
                ListPatches.Apply(proxy.MetaProtocolFilters, patch, name is null ? null : item => item.Name == name);
            else
                foreach (var item in proxy.MetaProtocolFilters.Where(item => name is null || item.Name == name))
                    MessageMerge.Into(item, patch.Value!);
        }

        filter.TypedConfig = Any.Pack(proxy);
    }
}
