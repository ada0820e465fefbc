namespace Meltemi.Proxy.Filters;

/// <summary>
/// What filters of the process share, as long as one of them refers to it: so it outlives a change of the configuration that leaves it as it is, and goes with
/// the garbage when no configuration refers to it any more. From any thread.
/// </summary>
internal sealed class WeakTable<TKey, TValue>
    where TKey : notnull
    where TValue : class
{
    private const int FirstTidyAt = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, WeakReference<TValue>> _values = [];
    private int _tidyAt = FirstTidyAt;

    /// <summary>What is there under a key, or is made now.</summary>
    public TValue Get(TKey key, Func<TKey, TValue> make)
    {
        lock (_lock)
        {
            if (_values.TryGetValue(key, out var known) && known.TryGetTarget(out var value)) return value;
            if (_values.Count >= _tidyAt) Tidy();
            var fresh = make(key);
            _values[key] = new(fresh);
            return fresh;
        }
    }

    /// <summary>All that is referred to.</summary>
    public List<TValue> All()
    {
        lock (_lock)
        {
            var all = new List<TValue>(_values.Count);
            foreach (var value in _values.Values)
            {
                if (value.TryGetTarget(out var target)) all.Add(target);
            }

            return all;
        }
    }

    private void Tidy()
    {
        foreach (var (key, value) in _values)
        {
            if (!value.TryGetTarget(out _)) _values.Remove(key);
        }

        _tidyAt = Math.Max(FirstTidyAt, _values.Count * 2);
    }
}
