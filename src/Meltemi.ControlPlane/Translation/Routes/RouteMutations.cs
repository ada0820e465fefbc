using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf.Collections;
using Meltemi.Codec;
using Meltemi.Resources.Aeraki;
using Meltemi.Xds.Expressions;
using static Envoy.Config.Core.V3.HeaderValueOption.Types;

namespace Meltemi.ControlPlane.Translation.Routes;

/// <summary>What a route sets in and takes out of messages.</summary>
internal static class RouteMutations
{
    /// <summary>Adds the changes to a translated route. What the protocol cannot carry is left out: proxies would refuse the whole table.</summary>
    /// <param name="codec">The protocol; null: nothing is known about it.</param>
    public static void Apply(Route target, MetaRoute route, CodecInfo? codec, FieldPath path)
    {
        Set(target.RequestHeadersToAdd, route.RequestMutation, codec, Origin.Client, path["requestMutation"]);
        Set(target.ResponseHeadersToAdd, route.ResponseMutation, codec, Origin.Server, path["responseMutation"]);
        Remove(target.RequestHeadersToRemove, route.RemoveRequestMutation, codec, Origin.Client, path["removeRequestMutation"]);
        Remove(target.ResponseHeadersToRemove, route.RemoveResponseMutation, codec, Origin.Server, path["removeResponseMutation"]);
        Bound(target.RequestHeadersToAdd, target.RequestHeadersToRemove, path["requestMutation"]);
        Bound(target.ResponseHeadersToAdd, target.ResponseHeadersToRemove, path["responseMutation"]);
    }

    private static void Set(RepeatedField<HeaderValueOption> headers, RepeatedField<KeyValue> changes, CodecInfo? codec, Origin side, FieldPath path)
    {
        for (var i = 0; i < changes.Count; i++)
        {
            if (IsRefused(changes[i].Key, codec, side, path[i]["key"])) continue;
            headers.Add(new HeaderValueOption
            {
                Header = new HeaderValue { Key = changes[i].Key, Value = Value(changes[i].Value, path[i]["value"]) },
                AppendAction = HeaderAppendAction.OverwriteIfExistsOrAdd,
            });
        }
    }

    private static void Remove(RepeatedField<string> headers, RepeatedField<string> names, CodecInfo? codec, Origin side, FieldPath path)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (!IsRefused(names[i], codec, side, path[i])) headers.Add(names[i]);
        }
    }

    private static bool IsRefused(string name, CodecInfo? codec, Origin side, FieldPath path)
    {
        if (codec?.WhyFixed(name, side) is not { } complaint) return false;
        path.NotAccepted($"{complaint}; the change is left out");
        return true;
    }

    // Aeraki knows no templates: what is none was meant as it stands.
    private static string Value(string value, FieldPath path)
    {
        if (FormatString.Complaint(value) is not { } complaint) return value;
        path.Warning($"taken as it is, percent signs and all: {complaint}");
        return FormatString.Escape(value);
    }

    /// <summary>More changes than a message can take would have the proxy refuse the whole table.</summary>
    private static void Bound(RepeatedField<HeaderValueOption> set, RepeatedField<string> remove, FieldPath path)
    {
        if (set.Count + remove.Count <= Mutation.MaxChanges) return;
        path.NotAccepted($"more than {Mutation.MaxChanges} changes; the last ones are left out");
        while (remove.Count > Mutation.MaxChanges) remove.RemoveAt(remove.Count - 1);
        while (set.Count + remove.Count > Mutation.MaxChanges) set.RemoveAt(set.Count - 1);
    }
}
