namespace Meltemi.Bench.Lab.Load;

/// <summary>What the connections of one load share: the measured window, the histogram and the first error.</summary>
internal sealed class Session
{
    private long _windowStart = long.MaxValue;

    public Histogram Latencies { get; } = new();

    /// <summary>Requests that have no answer yet.</summary>
    public int InFlight { get; set; }

    /// <summary>Requests of an open loop that were due before the end of the window were not all sent.</summary>
    public bool Backlog { get; set; }

    /// <summary>End of the measured time; far away until it is known.</summary>
    public long WindowEnd { get; private set; } = long.MaxValue;

    /// <summary>All answers, measured or not: shows whether there is progress.</summary>
    public long Answers { get; private set; }

    /// <summary>The window is over, or something failed: no further requests become due.</summary>
    public bool Ending { get; private set; }

    /// <summary>Nothing is left to wait for.</summary>
    public bool IsOver => Error is not null || (Ending && !Backlog && InFlight == 0);

    public string? Error { get; private set; }

    public double Seconds => (WindowEnd - _windowStart) / 1e9;

    public void StartWindow(long now) => _windowStart = now;

    public void EndWindow(long now)
    {
        WindowEnd = now;
        Ending = true;
    }

    /// <summary>Counts an answer to a request that was due at <paramref name="due"/>, if it was due in the window.</summary>
    public void Answered(long due, long now)
    {
        InFlight--;
        Answers++;
        if (due >= _windowStart && due < WindowEnd)
            Latencies.Record(now - due);
    }

    public void Fail(string error)
    {
        Error ??= error;
        Ending = true;
    }
}
