namespace Meltemi.Bench.Lab.Load;

/// <summary>What the connections of one load share: the measured window, the histogram and the first error.</summary>
internal sealed class Session
{
    private long _windowStart = long.MaxValue;
    private long _windowEnd = long.MaxValue;

    public Histogram Latencies { get; } = new();

    /// <summary>Requests that have no answer yet.</summary>
    public int InFlight { get; set; }

    /// <summary>All answers, measured or not: shows whether there is progress.</summary>
    public long Answers { get; private set; }

    /// <summary>No further requests are sent.</summary>
    public bool Ending { get; private set; }

    public string? Error { get; private set; }

    public double Seconds => (_windowEnd - _windowStart) / 1e9;

    public void StartWindow(long now) => _windowStart = now;

    public void EndWindow(long now)
    {
        _windowEnd = now;
        Ending = true;
    }

    /// <summary>Counts an answer to a request that was due at <paramref name="due"/>, if it was due in the window.</summary>
    public void Answered(long due, long now)
    {
        InFlight--;
        Answers++;
        if (due >= _windowStart && due < _windowEnd)
            Latencies.Record(now - due);
    }

    public void Fail(string error)
    {
        Error ??= error;
        Ending = true;
    }
}
