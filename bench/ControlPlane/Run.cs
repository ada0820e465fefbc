using System.Diagnostics;
using System.Net;
using Meltemi.ControlPlane.Push;
using Meltemi.ControlPlane.Status;
using Meltemi.ControlPlane.Stores;
using Meltemi.Resources;
using Meltemi.Xds.Grpc.Server;
using Meltemi.Xds.Server;
using Microsoft.Extensions.Logging.Abstractions;
using EventLog = Meltemi.ControlPlane.Introspection.EventLog;

namespace Meltemi.Bench.ControlPlane;

/// <summary>One run: load, connect, change endpoints, and connect all again.</summary>
/// <param name="scenario">The mesh.</param>
/// <param name="network">With proxies that speak ADS over TCP; else the push side alone.</param>
/// <param name="status">With the status of every resource kept true.</param>
internal sealed class Run(Scenario scenario, bool network, bool status)
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
        await using var server = new PushServer(_store, new() { Mesh = new() { VirtualAddresses = "127.128.0.0/9" } }, TimeProvider.System, NullLogger.Instance);
        server.Observe(_clock);
        await using var statuses = status ? new MeshStatus(_store, server, new EventLog(TimeProvider.System), TimeProvider.System, NullLogger.Instance) : null;
        server.Start();
        await server.Ready;
        Figures.Print("load: from the store to a served model", watch.Elapsed.TotalSeconds, "s");
        if (status) await StatusAsync(watch, "load: until every resource has its status", everything: true);
        Figures.Print("memory with the model", Settle(), "MiB RSS");

        using var xds = new XdsServer(server, new(), NullLogger.Instance);
        await using var host = network ? await GrpcHost.StartAsync(new(IPAddress.Loopback, 0), xds.Map) : null;
        await using IClients clients = host is not null ? new ProxiesProcess(host.EndPoint, scenario.Proxies) : new ViewClients(server, scenario.Proxies);
        await ConnectAsync("connect all proxies, until all have accepted", clients);
        var (bytes, resources) = _clock.Sent;
        Figures.Print("resources of a proxy", (double)resources / scenario.Proxies, "");
        Figures.Print("bytes of a proxy", (double)bytes / scenario.Proxies, "B");
        Figures.Print("memory with all connected", Settle(), "MiB RSS");

        if (status) await StatusAsync(Stopwatch.StartNew(), "from the last acceptance to a true status of everything that is used", everything: false);
        var good = await ChangeAsync();
        if (status) await StatusAsync(Stopwatch.StartNew(), "from the last change's acceptance to a true status of everything that is used", everything: false);
        Figures.Print("memory after the changes", Figures.ResidentMiB(), "MiB RSS");

        await clients.DisconnectAsync();
        await UntilAsync(() => _clock.Proxies.Connected == 0);
        await ConnectAsync("connect all proxies again", clients);
        Figures.Print("memory at the end", Settle(), "MiB RSS");
        return good ? 0 : 1;
    }

    // Everything has a status; of what is used: Programmed is true.
    private async Task StatusAsync(Stopwatch watch, string what, bool everything)
    {
        var used = Enumerable.Range(0, scenario.Proxies).SelectMany(scenario.UsedBy).Select(service => $"s{service}").ToHashSet();
        await UntilAsync(() => _store.Current.Resources.Values.All(resource => everything
            ? resource.Status is not null
            : resource.Key.Kind != ResourceKinds.ServiceEntry || !used.Contains(resource.Key.Name)
                || resource.Status?.Conditions.Any(condition => condition is { Type: Condition.Programmed, Holds: true }) == true));
        Figures.Print(what, watch.Elapsed.TotalSeconds, "s");
    }

    private async Task ConnectAsync(string what, IClients clients)
    {
        var watch = Stopwatch.StartNew();
        await clients.ConnectAsync();
        await UntilAsync(() => _clock.Proxies == (scenario.Proxies, scenario.Proxies));
        Figures.Print(what, watch.Elapsed.TotalSeconds, "s");
    }

    private async Task<bool> ChangeAsync()
    {
        var random = new Random(1);
        var (before, cpu) = (_clock.Sent, Process.GetCurrentProcess().TotalProcessorTime);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < scenario.Changes; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / scenario.Rate) - Stopwatch.GetElapsedTime(start);
            if (due > TimeSpan.Zero) await Task.Delay(due);
            var resource = MeshResources.Service(scenario, scenario.Pick(random), i + 1);
            _clock.Writing(resource.Key);
            await _store.PutAsync(resource, null, default);
        }

        var made = Stopwatch.GetElapsedTime(start);
        await UntilAsync(() => _clock.OpenChanges == 0);
        var (after, times) = (_clock.Sent, _clock.Milliseconds);
        Figures.Print("changes made per second", scenario.Changes / made.TotalSeconds, "/s");
        Figures.Print("changes accepted by all concerned", times.Count, "");
        Figures.Print("from change to the last ACK, p50", Figures.Percentile(times, 0.5), "ms");
        Figures.Print("from change to the last ACK, p99", Figures.Percentile(times, 0.99), "ms");
        Figures.Print("from change to the last ACK, longest", times.Max(), "ms");
        Figures.Print("bytes per change and proxy", (double)(after.Bytes - before.Bytes) / (after.Resources - before.Resources), "B");
        Figures.Print("proxies told per change", (double)(after.Resources - before.Resources) / scenario.Changes, "");
        Figures.Print("processor time per change", (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMilliseconds / scenario.Changes, "ms");
        return _clock.OpenChanges == 0;
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var watch = Stopwatch.StartNew(); !holds(); await Task.Delay(10))
            if (watch.Elapsed > TimeSpan.FromMinutes(5))
                throw new TimeoutException("five minutes were not enough");
    }

    private static double Settle()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Figures.ResidentMiB();
    }
}
