using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Telemetry.AccessLog;

/// <summary>All access logs of the process, one per path however many listeners write to it.</summary>
public sealed class AccessLogFiles(MetricRegistry registry, int loops, Log log) : IDisposable
{
    private readonly Lock _lock = new();
    private AccessLogFile[] _files = [];

    /// <summary>The log of a path, opened at its first use; it stays open until the process ends.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public AccessLogFile Open(string path)
    {
        lock (_lock)
        {
            foreach (var file in _files)
            {
                if (file.Path == path) return file;
            }

            var opened = AccessLogFile.Open(path, registry, loops, log);
            Volatile.Write(ref _files, [.. _files, opened]);
            return opened;
        }
    }

    /// <summary>
    /// Hands over what a loop has logged in this turn. By that loop, at the end of every turn; costs nothing if there is nothing.
    /// </summary>
    public void EndTurn(int loop)
    {
        foreach (var file in Volatile.Read(ref _files)) file.Queues[loop].HandOver();
    }

    /// <summary>Opens all files again (SIGUSR1). From any thread.</summary>
    public void Reopen()
    {
        foreach (var file in Volatile.Read(ref _files)) file.Reopen();
    }

    /// <summary>Writes what waits and closes all; when the loops have ended.</summary>
    public void Dispose()
    {
        foreach (var file in Volatile.Read(ref _files)) file.Dispose();
    }
}
