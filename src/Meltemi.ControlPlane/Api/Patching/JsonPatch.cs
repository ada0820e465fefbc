using System.Text.Json.Nodes;

namespace Meltemi.ControlPlane.Api.Patching;

/// <summary>JSON patch, RFC 6902. All operations succeed or the patch has no effect: it is applied to a copy.</summary>
internal static class JsonPatch
{
    /// <summary>Beyond any honest use.</summary>
    public const int MaxOperations = 10_000;

    /// <summary>Applies it.</summary>
    /// <param name="target">The object; not changed.</param>
    /// <param name="patch">The list of operations.</param>
    /// <param name="maxCopiedBytes">What <c>copy</c> may add in total; small patches could otherwise grow an object without bound.</param>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch, long maxCopiedBytes)
    {
        if (patch is not JsonArray operations) throw new PatchException("a JSON patch is a list of operations", malformed: true);
        if (operations.Count > MaxOperations)
            throw new PatchException($"{operations.Count} operations are more than the {MaxOperations} that are allowed", malformed: true);

        var root = target?.DeepClone();
        for (var i = 0; i < operations.Count; i++)
        {
            try
            {
                root = ApplyOne(root, operations[i] as JsonObject ?? throw new PatchException("it is no object", malformed: true), ref maxCopiedBytes);
            }
            catch (PatchException e)
            {
                throw new PatchException($"operation {i}: {e.Message}", e.Malformed);
            }
        }

        return root;
    }

    private static JsonNode? ApplyOne(JsonNode? root, JsonObject operation, ref long copyBudget)
    {
        var path = Pointer(operation, "path");
        switch (Text(operation, "op"))
        {
            case "add":
                return Add(root, path, Value(operation));
            case "remove":
                return Remove(root, path);
            case "replace":
                return Replace(root, path, Value(operation));
            case "move":
                var source = Pointer(operation, "from");
                if (source.Contains(path) && source.Text != path.Text) throw new PatchException($"\"{source.Text}\" cannot be moved into itself");
                var moved = source.Find(root)?.DeepClone();
                return Add(Remove(root, source), path, moved);
            case "copy":
                var copy = Pointer(operation, "from").Find(root)?.DeepClone();
                copyBudget -= copy?.ToJsonString().Length ?? 4;
                if (copyBudget < 0) throw new PatchException("the patch copies more than an object may hold");
                return Add(root, path, copy);
            case "test":
                var expected = Value(operation);
                if (JsonNode.DeepEquals(path.Find(root), expected)) return root;
                throw new PatchException($"the test failed: at \"{path.Text}\" is not {expected?.ToJsonString() ?? "null"}");
            case var other:
                throw new PatchException($"\"{other}\" is no operation: add, remove, replace, move, copy and test are", malformed: true);
        }
    }

    private static JsonNode? Add(JsonNode? root, JsonPointer path, JsonNode? value)
    {
        if (path.IsRoot) return value;
        switch (path.Parent(root))
        {
            case JsonArray array:
                array.Insert(path.Index(array, mayBeEnd: true), value);
                break;
            case JsonObject members:
                members[path.Last] = value;
                break;
        }

        return root;
    }

    private static JsonNode? Remove(JsonNode? root, JsonPointer path)
    {
        if (path.IsRoot) return null;
        switch (path.Parent(root))
        {
            case JsonArray array:
                array.RemoveAt(path.Index(array, mayBeEnd: false));
                break;
            case JsonObject members:
                if (!members.Remove(path.Last)) throw path.Missing();
                break;
        }

        return root;
    }

    private static JsonNode? Replace(JsonNode? root, JsonPointer path, JsonNode? value)
    {
        if (path.IsRoot) return value;
        switch (path.Parent(root))
        {
            case JsonArray array:
                array[path.Index(array, mayBeEnd: false)] = value;
                break;
            case JsonObject members:
                if (!members.ContainsKey(path.Last)) throw path.Missing();
                members[path.Last] = value;
                break;
        }

        return root;
    }

    private static JsonNode? Value(JsonObject operation) =>
        operation.TryGetPropertyValue("value", out var value) ? value?.DeepClone() : throw new PatchException("\"value\" is missing", malformed: true);

    private static JsonPointer Pointer(JsonObject operation, string name) => JsonPointer.Parse(Text(operation, name));

    private static string Text(JsonObject operation, string name) =>
        operation[name] is JsonValue value && value.TryGetValue(out string? text)
            ? text
            : throw new PatchException($"\"{name}\" is missing or no text", malformed: true);
}
