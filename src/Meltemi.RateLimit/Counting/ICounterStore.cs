namespace Meltemi.RateLimit.Counting;

/// <summary>Where hits are counted. All servers that share one enforce one limit.</summary>
public interface ICounterStore : IAsyncDisposable
{
    /// <summary>Why it cannot be used at present; null: it can.</summary>
    string? Problem { get; }

    /// <summary>Counts, all at once; answers in the same order.</summary>
    /// <exception cref="CounterStoreException">The store cannot be reached, or did not answer in time. It may have counted all the same.</exception>
    Task<CounterAnswer[]> CountAsync(IReadOnlyList<CounterQuery> queries, CancellationToken cancel);
}

/// <summary>Hits to be counted.</summary>
/// <param name="Key">Counter of the window.</param>
/// <param name="Hits">How many.</param>
/// <param name="Lifetime">How long the counter is of use.</param>
/// <param name="Sliding">Null: the window is fixed, and everything is counted.</param>
public readonly record struct CounterQuery(string Key, uint Hits, TimeSpan Lifetime, SlidingWindow? Sliding = null);

/// <summary>
/// A window that slides: what the previous fixed window held counts by the share of it that is still within reach. Only hits within the limit are
/// counted, so that a client that goes on asking gets its share nevertheless.
/// </summary>
/// <param name="PreviousKey">Counter of the previous window.</param>
/// <param name="PreviousMillionths">Its share; what comes of it is rounded up.</param>
/// <param name="Limit">Most hits.</param>
public sealed record SlidingWindow(string PreviousKey, int PreviousMillionths, uint Limit);

/// <summary>What was counted.</summary>
/// <param name="After">Hits in the window, with those of the question.</param>
public readonly record struct CounterAnswer(long After);

/// <summary>The store cannot be reached, or did not answer in time.</summary>
public sealed class CounterStoreException(string message, Exception? inner = null) : Exception(message, inner);
