using System.Text.Json.Nodes;

namespace Meltemi.ControlPlane.Api.Patching.Apply;

/// <summary>
/// A set of fields of an object, as a tree: who owns what in <c>managedFields</c>. Objects are owned field by field; everything else, lists too, as
/// a whole. (Kubernetes says the same of custom resources whose schema does not mark a list as a map or a set, and Istio's do not.)
/// </summary>
internal sealed class FieldSet
{
    private readonly SortedDictionary<string, FieldSet> _children = new(StringComparer.Ordinal);
    private bool _owned;

    public bool IsEmpty => !_owned && _children.Count == 0;

    /// <summary>The fields that an object has.</summary>
    /// <param name="node">The object.</param>
    /// <param name="differsFrom">Only those whose value is not the same here; null: all.</param>
    public static FieldSet Of(JsonObject node, JsonObject? differsFrom = null)
    {
        var set = new FieldSet();
        foreach (var (name, value) in node)
        {
            var other = differsFrom?[name];
            if (differsFrom is not null && JsonNode.DeepEquals(value, other)) continue;
            var child = value is JsonObject { Count: > 0 } members ? Of(members, other as JsonObject) : new() { _owned = true };
            if (!child.IsEmpty) set._children[name] = child;
        }

        return set;
    }

    /// <summary>Reads <c>fieldsV1</c>. Items of lists that others wrote by key stand for their whole list.</summary>
    public static FieldSet Read(JsonObject? fields)
    {
        var set = new FieldSet();
        foreach (var (key, value) in fields ?? [])
        {
            if (key == ".") set._owned = true;
            else if (key.StartsWith("f:", StringComparison.Ordinal)) set._children[key[2..]] = Read(value as JsonObject);
            else set._owned = true;
        }

        if (set._children.Count == 0) set._owned = true;
        return set;
    }

    /// <summary>Writes <c>fieldsV1</c>.</summary>
    public JsonObject Write()
    {
        var fields = new JsonObject();
        if (_owned && _children.Count > 0) fields["."] = new JsonObject();
        foreach (var (name, child) in _children) fields["f:" + name] = child.Write();
        return fields;
    }

    /// <summary>What both own.</summary>
    public FieldSet Intersect(FieldSet other) => Combine(other, static (a, b) => a && b);

    /// <summary>What this one owns and the other one does not.</summary>
    public FieldSet Except(FieldSet other) => Combine(other, static (a, b) => a && !b);

    /// <summary>What one of them owns.</summary>
    public FieldSet Union(FieldSet other) => Combine(other, static (a, b) => a || b);

    /// <summary>The paths, such as <c>.spec.hosts</c>, and the names they consist of.</summary>
    public IEnumerable<(string Path, string[] Names)> Paths() => Paths("", []);

    private IEnumerable<(string Path, string[] Names)> Paths(string path, string[] names)
    {
        if (_owned) yield return (path, names);
        foreach (var (name, child) in _children)
            foreach (var found in child.Paths($"{path}.{name}", [.. names, name])) yield return found;
    }

    private FieldSet Combine(FieldSet other, Func<bool, bool, bool> owned)
    {
        var result = new FieldSet { _owned = owned(_owned, other._owned) };
        foreach (var name in _children.Keys.Union(other._children.Keys))
        {
            var child = (_children.GetValueOrDefault(name) ?? new()).Combine(other._children.GetValueOrDefault(name) ?? new(), owned);
            if (!child.IsEmpty) result._children[name] = child;
        }

        return result;
    }
}
