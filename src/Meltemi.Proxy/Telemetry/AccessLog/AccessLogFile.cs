using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Telemetry.AccessLog;

/// <summary>
/// One access log: a queue per loop and a thread of its own that writes. A loop fills a batch that nobody else sees and hands it over at
/// the end of its turn, under a lock that it shares with the writer alone and only for an exchange of references or a copy. What the file
/// cannot take in time is dropped in whole batches and counted: memory is bounded and the loop never waits for a disk.
/// </summary>
public sealed class AccessLogFile : IDisposable
{
    /// <summary>Bound on the bytes that wait for the file, over all loops. Default 4 MiB.</summary>
    public const int DefaultMaxBytes = 4 * 1024 * 1024;

    /// <summary>Longest time until a line is in the file. 100 ms: lines are gathered, so that few calls of the kernel write many.</summary>
    public static readonly TimeSpan FlushInterval = TimeSpan.FromMilliseconds(100);

    // Long enough for a slow disk to take what waits; a dead one shall not keep the process from ending.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly IAccessLogSink _sink;
    private readonly Log _log;
    private readonly SharedMetrics _metrics;
    private readonly int _written;
    private readonly int _failed;
    private readonly Lock _writeLock = new();
    private readonly AutoResetEvent _something = new(false);
    private readonly ManualResetEventSlim _hurry = new(false);
    private readonly Thread _writer;
    private volatile bool _reopen;
    private volatile bool _stopping;

    /// <summary>An access log over any sink, which it owns.</summary>
    /// <param name="path">Name for figures and messages.</param>
    /// <param name="sink">Where the lines go.</param>
    /// <param name="registry">For <c>meltemi_access_log_*</c>.</param>
    /// <param name="loops">Number of event loops.</param>
    /// <param name="log">Told about failures.</param>
    /// <param name="maxBytes">Bound on the bytes that wait, half of them while the other half is being written.</param>
    public AccessLogFile(string path, IAccessLogSink sink, MetricRegistry registry, int loops, Log log, int maxBytes = DefaultMaxBytes)
    {
        Path = path;
        _sink = sink;
        _log = log;
        _metrics = registry.Shared;
        var labels = Labels.Of(("path", path));
        _written = registry.Counter("meltemi_access_log_written_bytes_total", "Bytes written to an access log.", labels);
        _failed = registry.Counter("meltemi_access_log_write_errors_total", "Writes that failed; their lines are lost.", labels);
        var dropped = registry.Counter("meltemi_access_log_dropped_total", "Lines dropped because the file could not follow.", labels);
        var queues = new AccessLogQueue[loops];
        for (var i = 0; i < loops; i++) queues[i] = new AccessLogQueue(this, registry.ForLoop(i), dropped, maxBytes / 2 / loops);
        Queues = queues;
        _writer = new Thread(WriteUntilStopped) { Name = "access-log", IsBackground = true };
        _writer.Start();
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>A queue per loop, each for its loop alone.</summary>
    internal IReadOnlyList<AccessLogQueue> Queues { get; }

    /// <summary>Opens a file to append to; <c>/dev/stdout</c> and <c>/dev/stderr</c> mean the process's own.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static AccessLogFile Open(string path, MetricRegistry registry, int loops, Log log) =>
        new(path, SinkOf(path), registry, loops, log);

    /// <summary>Opens the file again before the next write (after a rotation). From any thread; a failure is logged.</summary>
    public void Reopen()
    {
        _reopen = true;
        Wake(hurry: true);
    }

    /// <summary>Writes all that was handed over, on the calling thread.</summary>
    public void Flush()
    {
        lock (_writeLock) WriteQueues();
    }

    /// <summary>Writes what waits and closes the file. When no loop logs any more: their last batches are included.</summary>
    public void Dispose()
    {
        foreach (var queue in Queues) queue.HandOver();
        _stopping = true;
        Wake(hurry: true);
        if (!_writer.Join(StopTimeout))
        {
            _log.Warning($"access log {Path} is stuck; its last lines are lost");
            return;
        }

        _sink.Dispose();
        _something.Dispose();
        _hurry.Dispose();
    }

    /// <summary>Something waits; hurry when it is much.</summary>
    internal void Wake(bool hurry)
    {
        if (hurry) _hurry.Set();
        _something.Set();
    }

    private static IAccessLogSink SinkOf(string path) => path switch
    {
        "/dev/stdout" => new StandardSink(Console.OpenStandardOutput()),
        "/dev/stderr" => new StandardSink(Console.OpenStandardError()),
        _ => new FileSink(path),
    };

    private void WriteUntilStopped()
    {
        while (!_stopping)
        {
            _something.WaitOne();
            _hurry.Wait(FlushInterval);
            _hurry.Reset();
            Flush();
        }

        Flush();
    }

    private void WriteQueues()
    {
        if (_reopen)
        {
            _reopen = false;
            Try(_sink.Reopen);
        }

        foreach (var queue in Queues)
        {
            var batch = queue.Take();
            if (batch.Length > 0 && Try(() => _sink.Write(batch.Written))) _metrics.Add(_written, batch.Length);
            queue.Recycle(batch);
        }
    }

    private bool Try(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _metrics.Add(_failed);
            _log.Warning($"access log {Path}", error);
            return false;
        }
    }
}
