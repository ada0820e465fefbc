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
    /// <summary>Adds the changes to a translated route.</summary>
    public static void Apply(Route target, MetaRoute route, FieldPath path)
    {
        Set(target.RequestHeadersToAdd, route.RequestMutation, path["requestMutation"]);
        Set(target.ResponseHeadersToAdd, route.ResponseMutation, path["responseMutation"]);
        target.RequestHeadersToRemove.AddRange(route.RemoveRequestMutation);
        target.ResponseHeadersToRemove.AddRange(route.RemoveResponseMutation);
        Bound(target.RequestHeadersToAdd, target.RequestHeadersToRemove, path["requestMutation"]);
        Bound(target.ResponseHeadersToAdd, target.ResponseHeadersToRemove, path["responseMutation"]);
    }

    private static void Set(RepeatedField<HeaderValueOption> headers, RepeatedField<KeyValue> changes, FieldPath path)
    {
        for (var i = 0; i < changes.Count; i++)
        {
            headers.Add(new HeaderValueOption
            {
                Header = new HeaderValue { Key = changes[i].Key, Value = Value(changes[i].Value, path[i]["value"]) },
                AppendAction = HeaderAppendAction.OverwriteIfExistsOrAdd,
            });
        }
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
