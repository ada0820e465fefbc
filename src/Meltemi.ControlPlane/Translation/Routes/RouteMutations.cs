using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf.Collections;
using Meltemi.Codec;
using Meltemi.Resources.Aeraki;
using static Envoy.Config.Core.V3.HeaderValueOption.Types;

namespace Meltemi.ControlPlane.Translation.Routes;

/// <summary>What a route sets in and takes out of messages.</summary>
internal static class RouteMutations
{
    /// <summary>Adds the changes to a translated route.</summary>
    public static void Apply(Route target, MetaRoute route, FieldPath path)
    {
        Set(target.RequestHeadersToAdd, route.RequestMutation);
        Set(target.ResponseHeadersToAdd, route.ResponseMutation);
        target.RequestHeadersToRemove.AddRange(route.RemoveRequestMutation);
        target.ResponseHeadersToRemove.AddRange(route.RemoveResponseMutation);
        Bound(target.RequestHeadersToAdd, target.RequestHeadersToRemove, path["requestMutation"]);
        Bound(target.ResponseHeadersToAdd, target.ResponseHeadersToRemove, path["responseMutation"]);
    }

    private static void Set(RepeatedField<HeaderValueOption> headers, IEnumerable<KeyValue> changes)
    {
        foreach (var change in changes)
        {
            headers.Add(new HeaderValueOption
            {
                Header = new HeaderValue { Key = change.Key, Value = change.Value },
                AppendAction = HeaderAppendAction.OverwriteIfExistsOrAdd,
            });
        }
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
