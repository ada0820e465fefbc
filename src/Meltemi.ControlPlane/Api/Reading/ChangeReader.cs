using Meltemi.ControlPlane.Stores;

namespace Meltemi.ControlPlane.Api.Reading;

/// <summary>
/// Reads changes where one must wait for something else at the same time. Always one read is under way, and it is waited for at the end: an
/// enumerator must not be disposed of while it is asked.
/// </summary>
internal sealed class ChangeReader : IAsyncDisposable
{
    private readonly IAsyncEnumerator<StoreChanges> _changes;
    private readonly CancellationTokenSource _stop;

    /// <param name="changes">What to read.</param>
    /// <param name="stop">Ends it; cancelled by disposal.</param>
    public ChangeReader(IAsyncEnumerable<StoreChanges> changes, CancellationTokenSource stop)
    {
        _changes = changes.GetAsyncEnumerator(stop.Token);
        _stop = stop;
        Next = _changes.MoveNextAsync().AsTask();
    }

    /// <summary>Completes when there is something to take.</summary>
    public Task<bool> Next { get; private set; }

    /// <summary>The next batch; null: there will be no more.</summary>
    public async Task<StoreChanges?> TakeAsync()
    {
        if (!await Next) return null;
        var batch = _changes.Current;
        Next = _changes.MoveNextAsync().AsTask();
        return batch;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await ((Task)Next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _changes.DisposeAsync();
    }
}
