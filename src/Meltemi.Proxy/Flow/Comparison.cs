using Meltemi.Codec;
using Meltemi.Proxy.Outbound.Mirrors;

namespace Meltemi.Proxy.Flow;

/// <summary>A request and one of its copies: whichever ends last has them compared. Rented from the loop's flow.</summary>
internal sealed class Comparison
{
    private bool _originalEnded;
    private bool _copyEnded;
    private Ending? _original;
    private Ending? _copy;

    /// <summary>Figures of the cluster that got the copy.</summary>
    public MirrorStats Stats { get; private set; } = null!;

    /// <summary>When the copy was made.</summary>
    public long StartNanoseconds { get; private set; }

    /// <summary>The next of the request's copies, or of the store.</summary>
    public Comparison? Next { get; set; }

    public void Begin(MirrorStats stats, long now)
    {
        Stats = stats;
        StartNanoseconds = now;
        _originalEnded = _copyEnded = false;
        _original = _copy = null;
    }

    /// <summary>The request has its answer.</summary>
    public void OriginalAnswered(AnswerStatus status, int code, long now) => _original = new(status, code, now - StartNanoseconds);

    /// <summary>The copy has its answer.</summary>
    public void CopyAnswered(AnswerStatus status, int code, long now) => _copy = new(status, code, now - StartNanoseconds);

    /// <summary>The request is over; true if the copy was before.</summary>
    public bool EndOriginal(Worker worker)
    {
        _originalEnded = true;
        return Settle(worker);
    }

    /// <summary>The copy is over; true if the request was before.</summary>
    public bool EndCopy(Worker worker)
    {
        _copyEnded = true;
        return Settle(worker);
    }

    private bool Settle(Worker worker)
    {
        if (!_originalEnded || !_copyEnded) return false;
        if (_original is { } original && _copy is { } copy)
        {
            worker.Add(original.Status == copy.Status && original.Code == copy.Code ? Stats.Same : Stats.Different);
            worker.Metrics.Observe(Stats.OriginalTime, original.Nanoseconds);
            worker.Metrics.Observe(Stats.Time, copy.Nanoseconds);
        }
        else
        {
            worker.Add(Stats.Missing);
        }

        return true;
    }

    private readonly record struct Ending(AnswerStatus Status, int Code, long Nanoseconds);
}
