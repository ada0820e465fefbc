using System.Diagnostics;
using Meltemi.ControlPlane.Push;
using Meltemi.ControlPlane.Stores;
using Meltemi.Resources;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meltemi.Bench.ControlPlane;

/// <summary>One run: load, connect, change endpoints, and connect all again.</summary>
internal sealed class Run(Scenario scenario)
{
    private readonly MemoryStore _store = new();
    private readonly AckClock _clock = new();

    public async Task<int> GoAsync()
    {
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < scenario.Services; i++) await _store.PutAsync(MeshResources.Service(scenario, i, 0), null, default);
        for (var i = 0; i < scenario.Proxies; i++) await _store.PutAsync(MeshResources.Sidecar(scenario, i), null, default);
        Figures.Print("fill the store", watch.Elapsed.TotalSeconds, "s");
        Figures.Print("memory with the store filled", Settle(), "MiB RSS");

        watch.Restart();
        await using var server = new PushServer(_store, Options(), TimeProvider.System, NullLogger.Instance);
        server.Observe(_clock);
        server.Start();
        await server.Ready;
        Figures.Print("load: from the store to a served model", watch.Elapsed.TotalSeconds, "s");
        Figures.Print("memory with the model", Settle(), "MiB RSS");

        using var clients = new ViewClients();
        watch.Restart();
        clients.Connect(server, 0, scenario.Proxies);
        Figures.Print("connect all proxies", watch.Elapsed.TotalSeconds, "s");
        var (bytes, resources) = _clock.Sent;
        Figures.Print("resources of a proxy", (double)resources / scenario.Proxies, "");
        Figures.Print("bytes of a proxy", (double)bytes / scenario.Proxies, "B");
        Figures.Print("memory with all connected", Settle(), "MiB RSS");

        await ChangeAsync();
        Figures.Print("memory after the changes", Figures.ResidentMiB(), "MiB RSS");

        clients.Dispose();
        watch.Restart();
        clients.Connect(server, 0, scenario.Proxies);
        Figures.Print("connect all proxies again", watch.Elapsed.TotalSeconds, "s");
        Figures.Print("memory at the end", Settle(), "MiB RSS");
        return 0;
    }

    private async Task ChangeAsync()
    {
        var random = new Random(1);
        var before = _clock.Sent;
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < scenario.Changes; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / scenario.Rate) - Stopwatch.GetElapsedTime(start);
            if (due > TimeSpan.Zero) await Task.Delay(due);
            var resource = MeshResources.Service(scenario, scenario.Pick(random), i + 1);
            _clock.Writing(resource.Key);
            await _store.PutAsync(resource, null, default);
        }

        var limit = Stopwatch.StartNew();
        while (_clock.Open > 0 && limit.Elapsed < TimeSpan.FromSeconds(30)) await Task.Delay(20);
        var took = Stopwatch.GetElapsedTime(start);
        var after = _clock.Sent;
        var times = _clock.Milliseconds;
        Figures.Print("changes made per second", scenario.Changes / took.TotalSeconds, "/s");
        Figures.Print("changes accepted by all concerned", times.Count, "");
        Figures.Print("changes not accepted by all concerned", _clock.Open, "");
        Figures.Print("from change to the last ACK, p50", Figures.Percentile(times, 0.5), "ms");
        Figures.Print("from change to the last ACK, p99", Figures.Percentile(times, 0.99), "ms");
        Figures.Print("from change to the last ACK, longest", times.Max(), "ms");
        Figures.Print("bytes published per change and proxy", (double)(after.Bytes - before.Bytes) / (after.Resources - before.Resources), "B");
        Figures.Print("proxies told per change", (double)(after.Resources - before.Resources) / scenario.Changes, "");
        Figures.Print("processor time per change", (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMilliseconds / scenario.Changes, "ms");
    }

    private static PushOptions Options() => new() { Mesh = new() { VirtualAddresses = "127.128.0.0/9" } };

    private static double Settle()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Figures.ResidentMiB();
    }
}
