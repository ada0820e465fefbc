using System.Collections.Immutable;
using Meltemi.ControlPlane.Stores;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Tests.Api.Support;

/// <summary>A store in memory that has not read yet what it holds, or that cannot be written, as a test wants it.</summary>
internal sealed class StoreUnderTest : IResourceStore
{
    private readonly MemoryStore _store = new();
    private readonly TaskCompletionSource _synced = new();

    public event Action? SourceProblemsChanged
    {
        add => _store.SourceProblemsChanged += value;
        remove => _store.SourceProblemsChanged -= value;
    }

    public StoreState Current => _store.Current;

    public Task Synced => _synced.Task;

    public string? ReadOnlyReason { get; set; }

    public ImmutableArray<SourceProblem> SourceProblems => [];

    /// <summary>It has read everything.</summary>
    public StoreUnderTest Sync()
    {
        _synced.TrySetResult();
        return this;
    }

    public IAsyncEnumerable<StoreChanges> WatchAsync(long afterRevision, CancellationToken cancel) => _store.WatchAsync(afterRevision, cancel);

    public Task<Resource> PutAsync(Resource resource, string? expectedVersion, CancellationToken cancel) =>
        ReadOnlyReason is { } reason ? throw new StoreException(StoreError.ReadOnly, reason) : _store.PutAsync(resource, expectedVersion, cancel);

    public Task<Resource> DeleteAsync(ResourceKey key, string? expectedVersion, CancellationToken cancel) =>
        _store.DeleteAsync(key, expectedVersion, cancel);

    public Task PutStatusAsync(ResourceKey key, string uid, ResourceStatus status, CancellationToken cancel) =>
        _store.PutStatusAsync(key, uid, status, cancel);

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
