using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Meltemi.ControlPlane.Api.Errors;

namespace Meltemi.ControlPlane.Api.Patching.Apply;

/// <summary>
/// Server-side apply: a manager says which fields it wants and how; what it no longer says it gives up. In steps:
/// 1. fields that others own and that would change are conflicts, unless the manager takes them by force;
/// 2. what it says is merged into the object;
/// 3. what it said before, and says no longer, and nobody else owns, is removed;
/// 4. it owns what it said.
/// </summary>
/// <param name="Manager">Who applies.</param>
/// <param name="Force">Whether it takes what others own.</param>
/// <param name="ApiVersion">The version that it uses.</param>
/// <param name="Time">Now.</param>
internal sealed record ServerSideApply(string Manager, bool Force, string ApiVersion, string Time)
{
    /// <summary>The object after it.</summary>
    /// <param name="live">What is there; null: nothing. Not changed.</param>
    /// <param name="applied">What the manager says.</param>
    /// <param name="conflicts">Fields that others own and would be changed; then nothing may be stored.</param>
    public JsonObject Apply(JsonObject? live, JsonObject applied, out ImmutableArray<StatusCause> conflicts)
    {
        var wanted = ManagedFields.Ownable(applied);
        var wants = FieldSet.Of(wanted);
        var managers = live is null ? [] : ManagedFields.Read(live) is { IsEmpty: false } known ? known : FormerManagers.Of(live, ApiVersion, Time);

        // 1
        var changes = live is null ? new() : FieldSet.Of(wanted, differsFrom: ManagedFields.Ownable(live));
        var others = managers.Where(manager => !manager.IsSame(Manager, isApply: true)).ToImmutableArray();
        conflicts = [.. others.Where(other => !Takes(other)).SelectMany(other => Conflicts(other, changes))];
        others = [.. others.Select(other => Takes(other) ? other with { Fields = other.Fields.Except(changes) } : other)];

        // 2
        var result = (JsonObject)(live ?? applied).DeepClone();
        if (live is not null) Merge(result, applied);

        // 3
        var own = managers.FirstOrDefault(manager => manager.IsSame(Manager, isApply: true));
        var givenUp = others.Aggregate(own?.Fields.Except(wants) ?? new(), (set, other) => set.Except(other.Fields));
        foreach (var (_, names) in givenUp.Paths()) Remove(result, names);

        // 4
        var isSame = own is not null && own.Fields.Except(wants).IsEmpty && wants.Except(own.Fields).IsEmpty;
        ManagedFields.Write(result, [.. others, isSame ? own! : new(Manager, true, ApiVersion, Time, wants)]);
        return result;
    }

    // kubectl takes over by server-side apply what it applied by itself before.
    private bool Takes(FieldManager other) => Force || (Manager == FormerManagers.Kubectl && other.IsSame(FormerManagers.ClientSideApply, isApply: false));

    private static IEnumerable<StatusCause> Conflicts(FieldManager other, FieldSet changes)
    {
        foreach (var (path, _) in other.Fields.Intersect(changes).Paths())
            yield return new("FieldManagerConflict", $"conflict with \"{other.Name}\"{(other.IsApply ? "" : $" using {other.ApiVersion}")}", path);
    }

    private static void Merge(JsonObject target, JsonObject applied)
    {
        foreach (var (name, value) in applied)
        {
            if (value is JsonObject { Count: > 0 } members && target[name] is JsonObject before) Merge(before, members);
            else if (!(value is JsonObject { Count: 0 } && target[name] is JsonObject)) target[name] = value?.DeepClone();
        }
    }

    // And the objects that are empty without it. Of an object that has more in it than this manager knew, nothing is taken away.
    private static void Remove(JsonObject root, ReadOnlySpan<string> names)
    {
        if (names.IsEmpty || !root.TryGetPropertyValue(names[0], out var child)) return;
        if (names.Length > 1 && child is JsonObject members) Remove(members, names[1..]);
        else if (names.Length > 1) return;
        if (child is not JsonObject { Count: > 0 }) root.Remove(names[0]);
    }
}
