using Meltemi.Resources.Istio;
using Meltemi.Xds.Expressions;
using ApplyTo = Meltemi.Resources.Istio.EnvoyFilter.Types.ApplyTo;
using Context = Meltemi.Resources.Istio.EnvoyFilter.Types.PatchContext;
using Match = Meltemi.Resources.Istio.EnvoyFilter.Types.EnvoyConfigObjectMatch;
using Operation = Meltemi.Resources.Istio.EnvoyFilter.Types.Patch.Types.Operation;
using Patch = Meltemi.Resources.Istio.EnvoyFilter.Types.EnvoyConfigObjectPatch;

namespace Meltemi.Resources.Validation;

/// <summary>Rules for EnvoyFilter. Whether a value fits is known only when it is merged.</summary>
internal static class EnvoyFilterRules
{
    public static void Check(EnvoyFilter spec, FieldPath field)
    {
        Labels.Check(spec.WorkloadSelector?.Labels, field["workloadSelector"]["labels"]);
        for (var i = 0; i < spec.ConfigPatches.Count; i++) Check(spec.ConfigPatches[i], field["configPatches"][i]);
    }

    private static void Check(Patch patch, FieldPath field)
    {
        if (patch.ApplyTo == ApplyTo.Invalid && !field.IsWrong) field["applyTo"].Error("INVALID is no part of a configuration");
        if (patch.ApplyTo is ApplyTo.Bootstrap or ApplyTo.ExtensionConfig)
            field["applyTo"].Warning($"{Written(patch.ApplyTo)} is not implemented yet, ignored");
        CheckMatch(patch, field["match"]);
        if (patch.Patch is null || patch.ApplyTo == ApplyTo.Invalid) return;
        CheckOperation(patch, field["patch"]);
    }

    private static void CheckMatch(Patch patch, FieldPath field)
    {
        if (patch.Match is null) return;
        if (patch.Match.Context == Context.Waypoint) field["context"].Warning("WAYPOINT is not implemented yet, ignored");
        if (patch.Match.Proxy is { ProxyVersion.Length: > 0 } proxy)
        {
            // Istio searches, so the expression need not match the whole version.
            field["proxy"]["proxyVersion"].ErrorIf($"'{proxy.ProxyVersion}'", RegexCache.Complaint(proxy.ProxyVersion));
        }

        var (wanted, name) = patch.ApplyTo switch
        {
            ApplyTo.Listener or ApplyTo.FilterChain or ApplyTo.NetworkFilter or ApplyTo.HttpFilter or ApplyTo.ListenerFilter =>
                (Match.ObjectTypesOneofCase.Listener, "listener"),
            ApplyTo.RouteConfiguration or ApplyTo.VirtualHost or ApplyTo.HttpRoute =>
                (Match.ObjectTypesOneofCase.RouteConfiguration, "routeConfiguration"),
            ApplyTo.Cluster => (Match.ObjectTypesOneofCase.Cluster, "cluster"),
            _ => (Match.ObjectTypesOneofCase.None, ""),
        };
        var given = patch.Match.ObjectTypesCase;
        if (given is Match.ObjectTypesOneofCase.None or Match.ObjectTypesOneofCase.Waypoint || given == wanted || name.Length == 0) return;
        var other = System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName($"{given}");
        field.Error($"applyTo {Written(patch.ApplyTo)} goes with a match for {name}, not for {other}");
    }

    private static void CheckOperation(Patch patch, FieldPath field)
    {
        var operation = patch.Patch.Operation;
        if (operation == Operation.Invalid && !field.IsWrong) field["operation"].Error("'operation' is missing");
        var isInList = patch.ApplyTo is ApplyTo.NetworkFilter or ApplyTo.HttpFilter or ApplyTo.ListenerFilter or ApplyTo.HttpRoute;
        if (operation is Operation.InsertBefore or Operation.InsertAfter or Operation.InsertFirst && !isInList)
        {
            field["operation"].Error(
                $"{Written(operation)} is for NETWORK_FILTER, HTTP_FILTER, LISTENER_FILTER and HTTP_ROUTE, which have an order");
        }

        if (operation == Operation.Remove)
        {
            if (patch.Patch.Value is not null) field["value"].Warning("REMOVE needs none, ignored");
        }
        else if (operation != Operation.Invalid && patch.Patch.Value is null && !field.IsWrong)
        {
            field["value"].Error($"'value' is missing, which {Written(operation)} needs");
        }
    }

    private static string Written<T>(T value) where T : struct, Enum =>
        System.Text.Json.JsonNamingPolicy.SnakeCaseUpper.ConvertName($"{value}");
}
