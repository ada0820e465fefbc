using Meltemi.Proxy.Config;
using Meltemi.Proxy.Hashing;

namespace Meltemi.Proxy.Filters.Concurrency;

/// <summary>
/// Envoy's gradient controller: the bound grows while requests take about as long as the shortest did, and falls as they take longer.
/// <code>
///   gradient = (shortest + buffer) / now, within [0.5, 2]      bound = gradient * bound + sqrt(gradient * bound), within [min, max]
/// </code>
/// The shortest duration is measured at the start and every now and then, with the bound held at <c>min_concurrency</c> so that nothing queues; also when
/// the bound has been at its least five times in a row, as then the shortest is likely out of date. One for all loops: a request costs
/// three atomic operations. Time comes from the requests themselves: without them there is nothing to compute.
/// </summary>
internal sealed class GradientController
{
    private const int LeastInARow = 5;

    private readonly AdaptiveConcurrencyConfig _config;
    private readonly Lock _computing = new();
    private readonly DurationSamples _samples = new();
    private readonly int _least;
    private ulong _random;
    private int _inFlight;
    private int _limit;
    private int _limitBefore;
    private int _atLeast;
    private long _nextUpdate;
    private long _nextProbe;
    private long _probeStart;
    private volatile bool _isProbing;

    public GradientController(AdaptiveConcurrencyConfig config, long nowNanoseconds, ulong seed)
    {
        _config = config;
        _random = seed;
        _least = Math.Min(config.MaxLimit, config.MinLimit ?? config.ProbeConcurrency);
        Shortest = (long)config.FixedShortest.TotalNanoseconds;
        _limit = _limitBefore = Math.Clamp(config.ProbeConcurrency, _least, config.MaxLimit);
        _nextUpdate = nowNanoseconds + (long)config.UpdateInterval.TotalNanoseconds;
        if (config.ProbeInterval > TimeSpan.Zero) Probe(nowNanoseconds);
    }

    /// <summary>Requests in flight.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>The bound.</summary>
    public int Limit => Volatile.Read(ref _limit);

    /// <summary>Whether the shortest duration is being measured.</summary>
    public bool IsProbing => _isProbing;

    /// <summary>The shortest duration, in nanoseconds; 0: not known yet.</summary>
    public long Shortest { get; private set; }

    /// <summary>The last duration computed from samples, in nanoseconds.</summary>
    public long Sampled { get; private set; }

    /// <summary>The last gradient.</summary>
    public double Gradient { get; private set; } = 1;

    /// <summary>Takes a place; false if all are taken.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _inFlight) <= Limit) return true;
        Interlocked.Decrement(ref _inFlight);
        return false;
    }

    /// <summary>Gives it back.</summary>
    /// <param name="nowNanoseconds">The loop's time.</param>
    /// <param name="startNanoseconds">When the request began.</param>
    /// <param name="duration">Of the request, in nanoseconds; negative: it says nothing of the servers.</param>
    public void Leave(long nowNanoseconds, long startNanoseconds, long duration)
    {
        Interlocked.Decrement(ref _inFlight);
        // What began before a measurement was slowed down by more requests than there are now.
        if (duration >= 0 && (!_isProbing || startNanoseconds >= Volatile.Read(ref _probeStart))) _samples.Add(duration);
        if (_isProbing ? _samples.Count < _config.ProbeRequests : nowNanoseconds < Volatile.Read(ref _nextUpdate)) return;
        if (!_computing.TryEnter()) return;
        try
        {
            if (_isProbing) EndProbe(nowNanoseconds);
            else if (nowNanoseconds >= _nextUpdate) Update(nowNanoseconds);
        }
        finally
        {
            _computing.Exit();
        }
    }

    private void EndProbe(long now)
    {
        if (_samples.Count < _config.ProbeRequests) return;
        Shortest = _samples.Percentile(_config.Percentile);
        _samples.Clear();
        _atLeast = 0;
        _isProbing = false;
        Volatile.Write(ref _limit, _limitBefore);
        Volatile.Write(ref _nextUpdate, now + (long)_config.UpdateInterval.TotalNanoseconds);
        var interval = _config.ProbeInterval.TotalNanoseconds;
        _nextProbe = now + (long)(interval + interval * _config.ProbeJitterPercent / 100 * (Bits.Next(ref _random) >> 11) / (1L << 53));
    }

    private void Update(long now)
    {
        Volatile.Write(ref _nextUpdate, now + (long)_config.UpdateInterval.TotalNanoseconds);
        if (_samples.Count == 0) return;
        Sampled = _samples.Percentile(_config.Percentile);
        _samples.Clear();
        var buffered = Shortest + Shortest * _config.BufferPercent / 100;
        Gradient = Math.Clamp(buffered / Math.Max(1, Sampled), 0.5, 2);
        var limit = Gradient * Limit;
        var next = Math.Clamp((int)(limit + Math.Sqrt(limit)), _least, _config.MaxLimit);
        Volatile.Write(ref _limit, next);
        _atLeast = next == _least ? _atLeast + 1 : 0;
        if (_config.ProbeInterval > TimeSpan.Zero && (_atLeast >= LeastInARow || now >= _nextProbe)) Probe(now);
    }

    private void Probe(long now)
    {
        Volatile.Write(ref _probeStart, now);
        _limitBefore = Limit;
        _samples.Clear();
        _isProbing = true;
        // Said apart, the least bound is none that measuring goes below.
        if (_config.MinLimit is null) Volatile.Write(ref _limit, Math.Min(_config.ProbeConcurrency, _config.MaxLimit));
    }
}
