using System.Threading.RateLimiting;

namespace Meltemi.Xds.Server;

/// <summary>
/// Lets a bounded number of streams start at the same time and in a second, in the order in which they came. When all proxies reconnect at once, each is served
/// soon after its turn came, rather than all late.
/// </summary>
internal sealed class Admission : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);

    private readonly XdsServerOptions _options;
    private readonly TokenBucketRateLimiter _starts;
    private readonly ConcurrencyLimiter _turns;

    public Admission(XdsServerOptions options)
    {
        _options = options;
        _starts = new(new()
        {
            TokenLimit = options.MaxStartsPerSecond,
            TokensPerPeriod = Math.Max(1, (int)(options.MaxStartsPerSecond * Period.TotalSeconds)),
            ReplenishmentPeriod = Period,
            QueueLimit = int.MaxValue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
        _turns = new(new()
        {
            PermitLimit = options.MaxStarting,
            QueueLimit = int.MaxValue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
    }

    /// <summary>Waits for a turn, which ends when the answer is disposed, or by itself after a time; null: it did not come in time.</summary>
    public async Task<IDisposable?> WaitAsync(CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(_options.MaxWait);
        try
        {
            using var start = await _starts.AcquireAsync(1, limit.Token).ConfigureAwait(false);
            var turn = await _turns.AcquireAsync(1, limit.Token).ConfigureAwait(false);
            return new Turn(turn, _options.MaxTurn);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _starts.Dispose();
        _turns.Dispose();
    }

    /// <summary>A turn.</summary>
    private sealed class Turn : IDisposable
    {
        private readonly RateLimitLease _lease;
        private readonly Timer _end;

        public Turn(RateLimitLease lease, TimeSpan limit)
        {
            _lease = lease;
            _end = new(static turn => ((Turn)turn!)._lease.Dispose(), this, limit, Timeout.InfiniteTimeSpan);
        }

        /// <summary>Ends it; once is enough.</summary>
        public void Dispose()
        {
            _end.Dispose();
            _lease.Dispose();
        }
    }
}
