namespace Meltemi.Xds.Client;

/// <summary>
/// How long to wait before another attempt: a random time up to a bound that doubles with every failure ("full jitter"), so that a thousand proxies
/// that lost the same server do not come back at the same time.
/// </summary>
public sealed class Backoff(TimeSpan first, TimeSpan longest, Random random)
{
    private int _failures;

    /// <summary>The time before the next attempt.</summary>
    public TimeSpan Next()
    {
        var bound = Math.Min(first.TotalMilliseconds * Math.Pow(2, Math.Min(_failures, 30)), longest.TotalMilliseconds);
        _failures++;
        return TimeSpan.FromMilliseconds(random.NextDouble() * bound);
    }

    /// <summary>An attempt succeeded.</summary>
    public void Reset() => _failures = 0;
}
