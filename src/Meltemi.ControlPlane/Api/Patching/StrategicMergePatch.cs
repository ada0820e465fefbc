using System.Text.Json.Nodes;

namespace Meltemi.ControlPlane.Api.Patching;

/// <summary>
/// Kubernetes' strategic merge patch, which kubectl sends for the kinds that Kubernetes itself brings: a merge patch whose lists are merged item by
/// item where the kind has a key for them. Directives: <c>$patch</c> (<c>replace</c>, <c>delete</c>, <c>merge</c>), <c>$retainKeys</c>,
/// <c>$deleteFromPrimitiveList/LIST</c> and <c>$setElementOrder/LIST</c>.
/// </summary>
internal static class StrategicMergePatch
{
    private const string DeleteFromList = "$deleteFromPrimitiveList/", SetOrder = "$setElementOrder/";

    /// <summary>The target after the patch; the target is changed.</summary>
    public static JsonObject Apply(JsonObject target, JsonObject patch) => Merge(target, patch, "");

    private static JsonObject Merge(JsonObject target, JsonObject patch, string path)
    {
        switch (Directive(patch))
        {
            case "replace":
                return Without(patch, "$patch");
            case "delete":
                return [];
            case null or "merge":
                break;
            case var other:
                throw new PatchException($"{path}: $patch \"{other}\" is none of replace, delete, merge", malformed: true);
        }

        if (patch["$retainKeys"] is JsonArray kept)
        {
            foreach (var name in target.Select(member => member.Key).Where(name => !kept.Any(key => Text(key) == name)).ToArray())
                target.Remove(name);
        }

        foreach (var (name, change) in patch.Where(member => member.Key.StartsWith(DeleteFromList, StringComparison.Ordinal)))
            DeleteItems(target, name[DeleteFromList.Length..], change, path);
        foreach (var (name, change) in patch.Where(member => !member.Key.StartsWith('$')))
            MergeMember(target, name, change, path.Length == 0 ? name : $"{path}.{name}");
        foreach (var (name, order) in patch.Where(member => member.Key.StartsWith(SetOrder, StringComparison.Ordinal)))
            Reorder(target, name[SetOrder.Length..], order, path);
        return target;
    }

    private static void MergeMember(JsonObject target, string name, JsonNode? change, string path)
    {
        if (change is null)
        {
            target.Remove(name);
            return;
        }

        var before = target[name];
        JsonNode after = change switch
        {
            JsonObject members when Directive(members) == "delete" => new JsonObject(),
            JsonObject members => Merge(before as JsonObject ?? [], members, path),
            JsonArray items when before is JsonArray old && ListKeys.Of(path) is { } key => MergeItems(old, items, key, path),
            JsonArray items => new JsonArray([.. items.Where(item => Directive(item) is null).Select(item => item?.DeepClone())]),
            _ => change.DeepClone(),
        };
        if (!ReferenceEquals(before, after)) target[name] = after;
    }

    private static JsonArray MergeItems(JsonArray target, JsonArray patch, string key, string path)
    {
        if (patch.Any(item => Directive(item) == "replace"))
            return [.. patch.Where(item => Directive(item) is null).Select(item => item?.DeepClone())];

        foreach (var item in patch)
        {
            if (key.Length == 0)
            {
                if (!target.Any(old => JsonNode.DeepEquals(old, item))) target.Add(item?.DeepClone());
                continue;
            }

            if (item is not JsonObject members || members[key] is not { } id)
                throw new PatchException($"{path}: each item needs \"{key}\", by which it is found", malformed: true);
            var found = target.OfType<JsonObject>().FirstOrDefault(old => JsonNode.DeepEquals(old[key], id));
            if (Directive(members) == "delete") target.Remove(found);
            else if (found is null) target.Add(Without(members, "$patch"));
            else Merge(found, members, path);
        }

        return target;
    }

    private static void DeleteItems(JsonObject target, string name, JsonNode? items, string path)
    {
        if (target[name] is not JsonArray list) return;
        if (items is not JsonArray gone) throw new PatchException($"{path}: {DeleteFromList}{name} is no list", malformed: true);
        list.RemoveAll(item => gone.Any(other => JsonNode.DeepEquals(item, other)));
    }

    // Items that the order names come as it says, before those that it does not name.
    private static void Reorder(JsonObject target, string name, JsonNode? order, string path)
    {
        var listPath = path.Length == 0 ? name : $"{path}.{name}";
        if (target[name] is not JsonArray list || order is not JsonArray wanted || ListKeys.Of(listPath) is not { } key) return;
        JsonNode? Id(JsonNode? item) => key.Length == 0 ? item : (item as JsonObject)?[key];
        var ids = wanted.Select(Id).ToList();
        var sorted = list.OrderBy(item => ids.FindIndex(id => JsonNode.DeepEquals(id, Id(item))) is >= 0 and var place ? place : ids.Count).ToArray();
        list.Clear();
        foreach (var item in sorted) list.Add(item);
    }

    private static string? Directive(JsonNode? node) => node is JsonObject members && members["$patch"] is { } directive ? Text(directive) : null;

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static JsonObject Without(JsonObject node, string name)
    {
        var copy = (JsonObject)node.DeepClone();
        copy.Remove(name);
        return copy;
    }
}
