using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Telemetry.AccessLog;

/// <summary>
/// One loop's way into one file. Three buffers go round: the loop's batch, what was handed over, and what the writer writes.
/// They keep their working size, so that a line costs no allocation.
/// </summary>
internal sealed class AccessLogQueue
{
    // Handed over before the end of the turn, so that a turn with many requests needs no large batch.
    private const int BatchBytes = 32 * 1024;

    // What a burst has grown is not kept beyond this.
    private const int KeptBytes = 256 * 1024;

    private readonly AccessLogFile _file;
    private readonly LoopMetrics _metrics;
    private readonly int _dropped;
    private readonly int _maxBytes;
    private readonly Lock _lock = new();
    private Utf8Buffer _batch = new();
    private Utf8Buffer _waiting = new();
    private Utf8Buffer _spare = new();
    private int _lines;

    public AccessLogQueue(AccessLogFile file, LoopMetrics metrics, int dropped, int maxBytes)
    {
        _file = file;
        _metrics = metrics;
        _dropped = dropped;
        _maxBytes = maxBytes;
    }

    /// <summary>Adds a line to the batch. Loop only.</summary>
    public void Log(in AccessLogEntry entry, AccessLogFormat format)
    {
        format.Write(entry, _batch);
        _lines++;
        if (_batch.Length >= BatchBytes) HandOver();
    }

    /// <summary>Hands the batch to the writer, or drops it if too much waits. Loop only.</summary>
    public void HandOver()
    {
        if (_lines == 0) return;
        int before, after;
        lock (_lock)
        {
            before = _waiting.Length;
            if (before == 0) (_batch, _waiting) = (_waiting, _batch);
            else if (before + _batch.Length <= _maxBytes) _waiting.Append(_batch.Written);
            else _metrics.Add(_dropped, _lines);
            after = _waiting.Length;
        }

        _batch.Length = 0;
        _lines = 0;
        var hurry = after > _maxBytes / 2;
        if (before == 0 || (hurry && before <= _maxBytes / 2)) _file.Wake(hurry);
    }

    /// <summary>What waits. Writer only.</summary>
    public Utf8Buffer Take()
    {
        lock (_lock)
        {
            var taken = _waiting;
            _waiting = _spare;
            return taken;
        }
    }

    /// <summary>Gives a taken buffer back. Writer only, before the next <see cref="Take"/>.</summary>
    public void Recycle(Utf8Buffer taken)
    {
        taken.Length = 0;
        _spare = taken.Capacity <= KeptBytes ? taken : new Utf8Buffer();
    }
}
