namespace Meltemi.Xds.Server;

/// <summary>
/// Lets a bounded number of streams start at the same time, in the order in which they came. When all proxies reconnect at once, each is served soon after its
/// turn came, rather than all late.
/// </summary>
internal sealed class Admission(XdsServerOptions options) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(options.MaxStarting);

    /// <summary>Waits for a turn, which ends when the answer is disposed; null: it did not come in time.</summary>
    public async Task<Turn?> WaitAsync(CancellationToken cancel) =>
        await _turns.WaitAsync(options.MaxWait, cancel).ConfigureAwait(false) ? new Turn(_turns) : null;

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();

    /// <summary>A turn.</summary>
    internal sealed class Turn(SemaphoreSlim turns) : IDisposable
    {
        private int _ended;

        /// <summary>Ends it; once is enough.</summary>
        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0) turns.Release();
        }
    }
}
