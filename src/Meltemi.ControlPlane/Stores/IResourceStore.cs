using System.Collections.Immutable;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Stores;

/// <summary>
/// Where resources live, as everybody above sees it: the API, the translation, the status writer. Files, etcd and later Kubernetes fit.
/// Reads are from memory and never block; members are safe from any thread. Disposing ends the watches of files or servers and gives back what is locked.
/// </summary>
public interface IResourceStore : IAsyncDisposable
{
    /// <summary>What is stored now, all kinds: one consistent, immutable state.</summary>
    StoreState Current { get; }

    /// <summary>Completes when the first state was read.</summary>
    Task Synced { get; }

    /// <summary>Why nothing can be written at the moment, as a sentence; null: it can.</summary>
    string? ReadOnlyReason { get; }

    /// <summary>What the store has to say about sources that it could not read (a broken file): what they held before stays in force.</summary>
    ImmutableArray<SourceProblem> SourceProblems { get; }

    /// <summary>What controllers on this store share beside the resources; null: nobody else can use it.</summary>
    ISharedRecords? Shared => null;

    /// <summary>Raised when <see cref="SourceProblems"/> has become another one, after the state that belongs to it; be quick.</summary>
    event Action? SourceProblemsChanged;

    /// <summary>
    /// All changes after a revision, in order, without end. Changes come in batches that were one write or one burst of edits; a batch is complete
    /// (never a half of a burst).
    /// </summary>
    /// <exception cref="RevisionGoneException">The revision is older than what is remembered, or was never reached: list again.</exception>
    IAsyncEnumerable<StoreChanges> WatchAsync(long afterRevision, CancellationToken cancel);

    /// <summary>Creates (when <paramref name="expectedVersion"/> is empty and nothing is there) or replaces.</summary>
    /// <param name="resource">The resource; the store sets uid, version, generation and creation time.</param>
    /// <param name="expectedVersion"><c>null</c>: whatever is there; empty: nothing must be there; else the version that must be there.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>As stored.</returns>
    /// <exception cref="StoreException">Conflict, not writable, too large, disk full: with a sentence for the user.</exception>
    Task<Resource> PutAsync(Resource resource, string? expectedVersion, CancellationToken cancel);

    /// <summary>Deletes; answers what was there. The same exceptions; <see cref="StoreError.NotFound"/> too.</summary>
    Task<Resource> DeleteAsync(ResourceKey key, string? expectedVersion, CancellationToken cancel);

    /// <summary>
    /// Says what the control plane found. Does not touch the spec's generation, is no change for the translation, and is dropped without error if the
    /// resource is gone or its uid differs.
    /// </summary>
    Task PutStatusAsync(ResourceKey key, string uid, ResourceStatus status, CancellationToken cancel);
}

/// <summary>All resources at one revision.</summary>
/// <param name="Revision">Grows with every change, status included.</param>
/// <param name="Resources">By key.</param>
public sealed record StoreState(long Revision, ImmutableDictionary<ResourceKey, Resource> Resources)
{
    /// <summary>Nothing.</summary>
    public static StoreState Empty { get; } = new(0, ImmutableDictionary<ResourceKey, Resource>.Empty);
}

/// <summary>Changes that belong together.</summary>
/// <param name="State">The state after them.</param>
/// <param name="Changes">In the order in which they happened.</param>
public sealed record StoreChanges(StoreState State, ImmutableArray<StoreChange> Changes);

/// <summary>One change.</summary>
/// <param name="Revision">Its revision.</param>
/// <param name="Before">What was there; null: created.</param>
/// <param name="After">What is there; null: deleted.</param>
public sealed record StoreChange(long Revision, Resource? Before, Resource? After)
{
    /// <summary>The resource.</summary>
    public ResourceKey Key => (After ?? Before)!.Key;

    /// <summary>Only the status differs.</summary>
    public bool StatusOnly => Before is not null && After is not null && Before.Json.Span.SequenceEqual(After.Json.Span);
}

/// <summary>A source that could not be read.</summary>
/// <param name="Source">File or key.</param>
/// <param name="Message">Why, with line and path where there is one.</param>
/// <param name="Since">Since when.</param>
public sealed record SourceProblem(string Source, string Message, DateTimeOffset Since)
{
    /// <summary>Resources that stay in force as they were, because of it.</summary>
    public ImmutableArray<ResourceKey> Kept { get; init; } = [];
}
