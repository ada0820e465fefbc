namespace Meltemi.RateLimit.Counting;

/// <summary>
/// Counters in the memory of this process: for one server on a laptop. Nothing is shared: n servers let n times the limit through, and a restart
/// forgets everything.
/// </summary>
public sealed class MemoryCounters(TimeProvider time) : ICounterStore
{
    /// <summary>Most counters; when they are all in use, new ones are an error rather than a way around the limits.</summary>
    public const int MaxCounters = 1_000_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (long Hits, DateTimeOffset Expires)> _counters = new(StringComparer.Ordinal);
    private int _tidyAt = 1024;

    /// <inheritdoc/>
    public string? Problem => null;

    /// <inheritdoc/>
    public Task<CounterAnswer[]> CountAsync(IReadOnlyList<CounterQuery> queries, CancellationToken cancel)
    {
        var answers = new CounterAnswer[queries.Count];
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_counters.Count >= _tidyAt) Tidy(now);
            for (var i = 0; i < answers.Length; i++) answers[i] = Count(queries[i], now);
        }

        return Task.FromResult(answers);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private CounterAnswer Count(CounterQuery query, DateTimeOffset now)
    {
        var before = Read(query.Key, now);
        if (query.Sliding is { } sliding)
        {
            var used = before + (long)(((Int128)Read(sliding.PreviousKey, now) * sliding.PreviousMillionths + 999_999) / 1_000_000);
            if (used + query.Hits > sliding.Limit) return new(used + query.Hits);
            _counters[query.Key] = (before + query.Hits, now + query.Lifetime);
            return new(used + query.Hits);
        }

        _counters[query.Key] = (before + query.Hits, now + query.Lifetime);
        return new(before + query.Hits);
    }

    private long Read(string key, DateTimeOffset now) => _counters.TryGetValue(key, out var counter) && counter.Expires > now ? counter.Hits : 0;

    private void Tidy(DateTimeOffset now)
    {
        foreach (var (key, counter) in _counters)
        {
            if (counter.Expires <= now) _counters.Remove(key);
        }

        if (_counters.Count >= MaxCounters) throw new CounterStoreException($"more than {MaxCounters} counters are in use");
        _tidyAt = Math.Min(MaxCounters, Math.Max(1024, _counters.Count * 2));
    }
}
