namespace Meltemi.RateLimit.Figures;

/// <summary>A number that only grows, counted from any thread.</summary>
public sealed class Figure
{
    private long _value;

    /// <summary>What it is.</summary>
    public long Value => Interlocked.Read(ref _value);

    /// <summary>Adds.</summary>
    public void Add(long n) => Interlocked.Add(ref _value, n);
}
