namespace Meltemi.Program.Demo.Traffic;

/// <summary>Counts calls.</summary>
internal sealed class Tally
{
    private readonly Latencies _latencies = new();
    private int _errors;
    private int _toV2;

    public void Add(Call call)
    {
        _latencies.Add(call.Elapsed);
        if (call.Error is not null) _errors++;
        if (call.Version == "v2") _toV2++;
    }

    public TallySnapshot Read() => new(_latencies.Count, _toV2, _errors, _latencies.Quantile(0.5), _latencies.Quantile(0.99));

    public void Clear()
    {
        _latencies.Clear();
        (_errors, _toV2) = (0, 0);
    }
}

/// <summary>A tally at a moment; durations in milliseconds.</summary>
internal sealed record TallySnapshot(int Calls, int ToV2, int Errors, double P50, double P99)
{
    /// <summary>Share of v2 among the calls that were answered, in percent.</summary>
    public double PercentV2 => Calls > Errors ? 100.0 * ToV2 / (Calls - Errors) : 0;
}

/// <summary>Calls of one kind: of the last second, and of all time.</summary>
internal sealed record RowSnapshot(string Service, string Version, string Method, TallySnapshot Second, TallySnapshot All);

/// <summary>All figures of a moment.</summary>
internal sealed record Snapshot(
    IReadOnlyList<RowSnapshot> Rows, IReadOnlyDictionary<string, (TallySnapshot Second, TallySnapshot All)> Services);
