using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Meltemi.ControlPlane.Api.Patching.Apply;

/// <summary>
/// Who owns which fields of an object: <c>metadata.managedFields</c>. It is kept from the first server-side apply on; objects that nobody ever
/// applied that way stay free of it.
/// </summary>
internal static class ManagedFields
{
    /// <summary>More managers that changed an object by other means are put together into one, the oldest first, as Kubernetes does.</summary>
    private const int MaxUpdaters = 10;

    private const string Ancient = "ancient-changes";

    private static readonly string[] NotOwned = ["apiVersion", "kind", "status"];
    private static readonly string[] NotOwnedMetadata =
        ["name", "namespace", "generateName", "uid", "resourceVersion", "generation", "creationTimestamp", "selfLink", "managedFields"];

    /// <summary>Who owns what; empty: it is not kept.</summary>
    public static ImmutableArray<FieldManager> Read(JsonObject? node) =>
        node?["metadata"]?["managedFields"] is JsonArray entries
            ? [.. entries.OfType<JsonObject>().Where(entry => entry.Count > 0).Select(FieldManager.Read)]
            : [];

    /// <summary>Writes it into the object.</summary>
    public static void Write(JsonObject node, IEnumerable<FieldManager> managers)
    {
        if (node["metadata"] is not JsonObject metadata) return;
        metadata.Remove("managedFields");
        JsonArray entries = [.. managers.Where(manager => !manager.Fields.IsEmpty).Select(manager => manager.Write())];
        if (entries.Count > 0) metadata["managedFields"] = entries;
    }

    /// <summary>The fields of an object that somebody can own: all but those that name it or that the server decides.</summary>
    public static JsonObject Ownable(JsonObject node)
    {
        var copy = (JsonObject)node.DeepClone();
        foreach (var name in NotOwned) copy.Remove(name);
        if (copy["metadata"] is not JsonObject metadata) return copy;
        foreach (var name in NotOwnedMetadata) metadata.Remove(name);
        if (metadata.Count == 0) copy.Remove("metadata");
        return copy;
    }

    /// <summary>
    /// After a change by other means than apply: who changed a field owns it from now on, alone; what is gone is owned by nobody.
    /// </summary>
    /// <param name="before">What was there.</param>
    /// <param name="after">What will be; its managed fields are set.</param>
    /// <param name="manager">Who changed it.</param>
    /// <param name="apiVersion">The version that was used.</param>
    /// <param name="time">Now.</param>
    public static void AfterUpdate(JsonObject before, JsonObject after, string manager, string apiVersion, string time)
    {
        var managers = Read(after); // the client's word counts: so managers are renamed, and [{}] ends it
        if (managers.IsEmpty) managers = WasReset(after) ? [] : Read(before);
        if (managers.IsEmpty)
        {
            Write(after, []);
            return;
        }

        var (old, now) = (Ownable(before), Ownable(after));
        var changed = FieldSet.Of(now, differsFrom: old);
        var gone = FieldSet.Of(old).Except(FieldSet.Of(now));
        var own = managers.FirstOrDefault(entry => entry.IsSame(manager, isApply: false));
        var others = managers.Where(entry => entry != own).Select(entry => entry with { Fields = entry.Fields.Except(changed).Except(gone) });
        var fields = (own?.Fields.Except(gone) ?? new()).Union(changed);
        var updated = changed.IsEmpty && own is not null ? own with { Fields = fields } : new(manager, false, apiVersion, time, fields);
        Write(after, Bounded([.. others, updated]));
    }

    private static bool WasReset(JsonObject node) =>
        node["metadata"]?["managedFields"] is JsonArray { Count: 1 } entries && entries[0] is JsonObject { Count: 0 };

    private static List<FieldManager> Bounded(List<FieldManager> managers)
    {
        while (managers.Count(manager => !manager.IsApply) > MaxUpdaters)
        {
            var oldest = managers.Where(manager => !manager.IsApply).OrderBy(manager => manager.Time, StringComparer.Ordinal).Take(2).ToArray();
            managers.RemoveAll(oldest.Contains);
            managers.Insert(0, oldest[1] with { Name = Ancient, Fields = oldest[0].Fields.Union(oldest[1].Fields) });
        }

        return managers;
    }
}
