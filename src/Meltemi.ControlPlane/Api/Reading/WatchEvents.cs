using Meltemi.ControlPlane.Stores;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Api.Reading;

/// <summary>Turns changes of the store into what one watch is told.</summary>
internal abstract class WatchEvents(ObjectFilter filter)
{
    protected ObjectFilter Filter { get; } = filter;

    /// <summary>For this filter.</summary>
    public static WatchEvents Of(ObjectFilter filter) =>
        Namespaces.IsKind(filter.Kind) ? new NamespaceWatchEvents(filter) : new StoredWatchEvents(filter);

    /// <summary>What happened, in order.</summary>
    public abstract IEnumerable<WatchEvent> Of(StoreChanges changes);

    /// <summary>
    /// What a selector sees of a change: an object that begins to be selected was added for it, one that no longer is was deleted. The last
    /// state of what is deleted carries the version of its deletion, so that a client goes on from there.
    /// </summary>
    protected WatchEvent? Seen(Resource? before, Resource? after, long revision)
    {
        var (was, isNow) = (before is not null && Filter.Matches(before), after is not null && Filter.Matches(after));
        if (isNow) return new(was ? "MODIFIED" : "ADDED", after!);
        var version = revision.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return was ? new("DELETED", before! with { Meta = before.Meta with { ResourceVersion = version } }) : null;
    }
}

/// <summary>One event.</summary>
/// <param name="Type"><c>ADDED</c>, <c>MODIFIED</c> or <c>DELETED</c>.</param>
/// <param name="Resource">The object.</param>
internal readonly record struct WatchEvent(string Type, Resource Resource);

/// <summary>Of objects that are stored.</summary>
internal sealed class StoredWatchEvents(ObjectFilter filter) : WatchEvents(filter)
{
    public override IEnumerable<WatchEvent> Of(StoreChanges changes)
    {
        foreach (var change in changes.Changes)
            if (change.Key.Kind.Equals(Filter.Kind) && Seen(change.Before, change.After, change.Revision) is { } seen) yield return seen;
    }
}

/// <summary>Of namespaces, which come with the first thing in them and go with the last.</summary>
internal sealed class NamespaceWatchEvents(ObjectFilter filter) : WatchEvents(filter)
{
    private Dictionary<string, int>? _counts;

    public override IEnumerable<WatchEvent> Of(StoreChanges changes)
    {
        _counts ??= CountBefore(changes);
        foreach (var change in changes.Changes)
        {
            var name = Namespaces.BroughtAbout(change.Key);
            if (name.Length == 0) continue;
            var count = _counts.GetValueOrDefault(name);
            var next = count + Difference(change);
            _counts[name] = next;

            var isOwn = Namespaces.IsKind(change.Key.Kind);
            if (count > 0 && next > 0 && !isOwn) continue;
            var made = Namespaces.Find(StoreState.Empty, Filter.Kind, name, (change.After ?? change.Before)!.Meta.CreationTimestamp);
            var before = count > 0 ? (isOwn ? change.Before : null) ?? made : null;
            var after = next > 0 ? (isOwn ? change.After : null) ?? made : null;
            if (Seen(before, after, change.Revision) is { } seen) yield return seen;
        }
    }

    // Only the state after the changes is known: what they did is taken back.
    private static Dictionary<string, int> CountBefore(StoreChanges changes)
    {
        var counts = Namespaces.Count(changes.State);
        foreach (var change in changes.Changes)
            if (Namespaces.BroughtAbout(change.Key) is { Length: > 0 } name) counts[name] = counts.GetValueOrDefault(name) - Difference(change);
        return counts;
    }

    private static int Difference(StoreChange change) => (change.Before is null ? 1 : 0) - (change.After is null ? 1 : 0);
}
