namespace Meltemi.Proxy.Telemetry.AccessLog;

/// <summary>
/// One loop's logger with one format into one file. Owner thread only; allocates nothing once its buffers have their size.
/// </summary>
public sealed class AccessLogger
{
    private readonly AccessLogFormat _format;
    private readonly AccessLogQueue _queue;

    /// <summary>A logger for a loop.</summary>
    public AccessLogger(AccessLogFormat format, AccessLogFile file, int loop)
    {
        _format = format;
        _queue = file.Queues[loop];
    }

    /// <summary>Writes an entry's line to the batch that <see cref="AccessLogFiles.EndTurn"/> hands over.</summary>
    public void Log(in AccessLogEntry entry) => _queue.Log(entry, _format);
}
