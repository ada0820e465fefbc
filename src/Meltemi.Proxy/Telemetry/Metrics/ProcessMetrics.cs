using System.Diagnostics;

namespace Meltemi.Proxy.Telemetry.Metrics;

/// <summary>
/// Figures of the process, read at each scrape: Prometheus' customary ones, the garbage collector's, and Envoy's <c>server.*</c>.
/// </summary>
public static class ProcessMetrics
{
    private const long Micro = 1_000_000;

    /// <summary>Registers them.</summary>
    /// <param name="registry">Where.</param>
    /// <param name="isLive">Whether the proxy serves (<c>envoy_server_live</c>).</param>
    public static void Register(MetricRegistry registry, Func<bool> isLive)
    {
        using var self = Process.GetCurrentProcess();
        var started = self.StartTime.ToUniversalTime();
        var shared = registry.Shared;

        var cpu = registry.Counter("process_cpu_seconds_total", "CPU time, user and system.", divisor: Micro);
        var resident = registry.Gauge("process_resident_memory_bytes", "Memory in use that is not swapped out.");
        var files = registry.Gauge("process_open_fds", "Open file descriptors.");
        var start = registry.Gauge("process_start_time_seconds", "When the process began, since 1970.", divisor: 1_000);
        var collections = new int[GC.MaxGeneration + 1];
        for (var i = 0; i < collections.Length; i++)
        {
            collections[i] = registry.Counter(
                "dotnet_gc_collections_total", "Garbage collections.", Labels.Of(("generation", i.ToString(Invariant))));
        }

        var pauses = registry.Counter("dotnet_gc_pause_seconds_total", "Time that collections stopped all threads.", divisor: Micro);
        var heap = registry.Gauge("dotnet_gc_heap_bytes", "Size of the garbage-collected heap.");
        var committed = registry.Gauge("dotnet_gc_committed_bytes", "Memory that the garbage collector holds.");
        var allocated = registry.Counter("dotnet_allocated_bytes_total", "Bytes allocated.");
        var uptime = registry.Gauge("envoy_server_uptime", "Seconds since the process began.", dottedName: "server.uptime");
        var live = registry.Gauge("envoy_server_live", "1 while the proxy serves.", dottedName: "server.live");
        shared.Set(start, new DateTimeOffset(started).ToUnixTimeMilliseconds());

        registry.OnCollect(() =>
        {
            shared.Set(cpu, (long)Environment.CpuUsage.TotalTime.TotalMicroseconds);
            shared.Set(resident, Environment.WorkingSet);
            shared.Set(files, OpenFiles());
            for (var i = 0; i < collections.Length; i++) shared.Set(collections[i], GC.CollectionCount(i));
            shared.Set(pauses, (long)GC.GetTotalPauseDuration().TotalMicroseconds);
            shared.Set(heap, GC.GetTotalMemory(forceFullCollection: false));
            shared.Set(committed, GC.GetGCMemoryInfo().TotalCommittedBytes);
            shared.Set(allocated, GC.GetTotalAllocatedBytes());
            shared.Set(uptime, (long)(DateTime.UtcNow - started).TotalSeconds);
            shared.Set(live, isLive() ? 1 : 0);
        });
    }

    private static System.Globalization.CultureInfo Invariant => System.Globalization.CultureInfo.InvariantCulture;

    private static int OpenFiles()
    {
        try
        {
            return Directory.GetFileSystemEntries("/proc/self/fd").Length;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
