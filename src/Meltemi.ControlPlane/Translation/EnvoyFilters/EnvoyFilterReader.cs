using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Meltemi.ControlPlane.Services;
using Meltemi.Resources;
using Meltemi.Resources.Istio;
using Meltemi.Xds.Reading;
using static Meltemi.Resources.Istio.EnvoyFilter.Types;
using static Meltemi.Resources.Istio.EnvoyFilter.Types.Patch.Types;
using Filter = Envoy.Config.Listener.V3.Filter;

namespace Meltemi.ControlPlane.Translation.EnvoyFilters;

/// <summary>Reads the patches of an EnvoyFilter.</summary>
public static class EnvoyFilterReader
{
    private static readonly ConditionalWeakTable<Resource, StrongBox<ImmutableArray<EnvoyPatch>>> Known = [];

    /// <summary>Everything that can be said about an EnvoyFilter, for its status.</summary>
    public static void Analyze(Resource filter, DiagnosticSink sink) => Read(filter, sink);

    /// <summary>The patches of a resource that can be applied; a resource is read once, however many proxies it is for.</summary>
    internal static ImmutableArray<EnvoyPatch> Patches(Resource filter) =>
        Known.GetValue(filter, static filter => new(Read(filter, new DiagnosticSink()))).Value;

    private static ImmutableArray<EnvoyPatch> Read(Resource filter, DiagnosticSink sink)
    {
        var (spec, path) = (filter.SpecAs<EnvoyFilter>(), FieldPath.Spec(sink, filter)["configPatches"]);
        var patches = ImmutableArray.CreateBuilder<EnvoyPatch>();
        for (var i = 0; i < spec.ConfigPatches.Count; i++)
            if (Read(spec.ConfigPatches[i], path[i]) is { } patch)
                patches.Add(patch);
        return patches.ToImmutable();
    }

    private static EnvoyPatch? Read(EnvoyConfigObjectPatch patch, FieldPath path)
    {
        var (operation, match) = (patch.Patch?.Operation ?? Operation.Invalid, patch.Match ?? new());
        if (PatchValues.TypeOf(patch.ApplyTo) is not { } type)
        {
            path["applyTo"].Warning($"no effect: {OriginalName(patch.ApplyTo)} is nothing that is made here");
            return null;
        }

        if (match.Proxy is not null)
        {
            path["match"]["proxy"].Warning(
                "no effect: what proxies say about their version and metadata is not looked at; match by workloadSelector");
            return null;
        }

        if (!Fits(operation, patch.ApplyTo))
        {
            path["patch"]["operation"].NotAccepted(
                $"{OriginalName(operation)} is not possible for {OriginalName(patch.ApplyTo)}; the patch is not applied");
            return null;
        }

        if (!NamesItsTarget(operation, patch.ApplyTo, match))
        {
            path["match"].NotAccepted($"{OriginalName(operation)} needs the name of the filter; the patch is not applied");
            return null;
        }

        if (match.RouteConfiguration is { } routes && (routes.Gateway.Length > 0 || routes.PortName.Length > 0))
            path["match"]["routeConfiguration"].Warning(
                "gateway and portName are not looked at: the routes of a port are one route configuration");
        var value = operation == Operation.Remove ? null : PatchValues.Read(patch.Patch!, type, path["patch"]["value"]);
        if (value is null && operation != Operation.Remove) return null;
        if (!TypesAgree(match, operation, value, path["patch"]["value"]) || Renames(match, operation, value, path["patch"]["value"]))
            return null;
        return new(path.Resource, path.Path, patch.ApplyTo, operation, match, value);
    }

    private static bool Fits(Operation operation, ApplyTo applyTo) => operation switch
    {
        Operation.Merge => applyTo != ApplyTo.ListenerFilter,
        Operation.Add => applyTo != ApplyTo.RouteConfiguration,
        Operation.Remove => applyTo != ApplyTo.RouteConfiguration,
        Operation.InsertBefore or Operation.InsertAfter or Operation.InsertFirst =>
            applyTo is ApplyTo.NetworkFilter or ApplyTo.ListenerFilter or ApplyTo.HttpFilter or ApplyTo.HttpRoute,
        Operation.Replace => applyTo is ApplyTo.NetworkFilter or ApplyTo.ListenerFilter or ApplyTo.HttpFilter or ApplyTo.VirtualHost,
        _ => false,
    };

    /// <summary>Whether it says which filter is replaced or removed, where it must.</summary>
    private static bool NamesItsTarget(Operation operation, ApplyTo applyTo, EnvoyConfigObjectMatch match)
    {
        var filter = match.Listener?.FilterChain?.Filter;
        if (applyTo == ApplyTo.HttpFilter && filter is null) return false;
        if (operation is not (Operation.Replace or Operation.Remove)) return true;
        return applyTo switch
        {
            ApplyTo.NetworkFilter => filter is { Name.Length: > 0 },
            ApplyTo.HttpFilter => filter?.SubFilter is { Name.Length: > 0 },
            ApplyTo.ListenerFilter => match.Listener is { ListenerFilter.Length: > 0 },
            _ => true,
        };
    }

    /// <summary>
    /// A message can only be merged into one of its own type; where the filter's name tells the type it can be seen already here.
    /// </summary>
    private static bool TypesAgree(EnvoyConfigObjectMatch match, Operation operation, IMessage? value, FieldPath path)
    {
        if (operation != Operation.Merge || value is not Filter { TypedConfig: { } config }) return true;
        var expected = AnyTypes.ByExtensionName(match.Listener?.FilterChain?.Filter?.Name ?? "");
        if (expected is null || AnyTypes.TypeName(expected) == AnyTypes.TypeName(config.TypeUrl)) return true;
        path["typed_config"].NotAccepted(
            $"a {AnyTypes.TypeName(config.TypeUrl)} cannot be merged into a {AnyTypes.TypeName(expected)}; the patch is not applied");
        return false;
    }

    /// <summary>Others refer to listeners, clusters and routes by their names.</summary>
    private static bool Renames(EnvoyConfigObjectMatch match, Operation operation, IMessage? value, FieldPath path)
    {
        var (name, same) = value switch
        {
            Listener listener => (listener.Name, match.Listener?.Name),
            Cluster cluster => (cluster.Name, match.Cluster?.Name),
            RouteConfiguration routes => (routes.Name, match.RouteConfiguration?.Name),
            _ => ("", ""),
        };
        if (operation != Operation.Merge || name.Length == 0 || name == same) return false;
        path["name"].NotAccepted("the name cannot be changed, others refer to it; the patch is not applied");
        return true;
    }

    private static string OriginalName<T>(T value) where T : struct, System.Enum =>
        typeof(T).GetField(value.ToString())?.GetCustomAttribute<OriginalNameAttribute>()?.Name ?? value.ToString();
}
