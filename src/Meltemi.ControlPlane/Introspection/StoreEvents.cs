using Meltemi.ControlPlane.Stores;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Introspection;

/// <summary>Tells of what changes in a store.</summary>
internal static class StoreEvents
{
    /// <summary>Follows the store until it is cancelled.</summary>
    public static async Task FollowAsync(IResourceStore store, EventLog events, CancellationToken cancel)
    {
        try
        {
            await store.Synced.WaitAsync(cancel).ConfigureAwait(false);
            while (true)
            {
                try
                {
                    await foreach (var batch in store.WatchAsync(store.Current.Revision, cancel).ConfigureAwait(false))
                    {
                        foreach (var change in batch.Changes) Tell(change, events);
                    }
                }
                catch (RevisionGoneException)
                {
                    events.Add("events", "Lost", "changes of resources, because there were too many at once");
                }
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The end.
        }
    }

    private static void Tell(StoreChange change, EventLog events)
    {
        if (change.Before is null) events.Add($"{change.Key}", "Created", $"generation {change.After!.Meta.Generation}");
        else if (change.After is null) events.Add($"{change.Key}", "Deleted");
        else if (change.StatusOnly) events.Add($"{change.Key}", "Status", Text(change.After.Status));
        else events.Add($"{change.Key}", "Changed", $"generation {change.After.Meta.Generation}");
    }

    private static string Text(ResourceStatus? status) => string.Join(", ", (status?.Conditions ?? []).Select(condition =>
        $"{condition.Type} {condition.Holds?.ToString() ?? "Unknown"}{(condition.Message.Length > 0 ? $" ({condition.Message})" : "")}"));
}
