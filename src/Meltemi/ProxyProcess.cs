using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Meltemi.Program.Verbs;
using Meltemi.Proxy;
using Meltemi.Proxy.Admin;
using Meltemi.Proxy.Admin.Http;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Program;

/// <summary>
/// The running data plane, from a valid configuration to the end of draining:
/// <code>
///   1 loops and log   2 admin, /ready says 503   3 configuration, /ready says 200 once it is in force   4 signals   5 drain   6 end
/// </code>
/// </summary>
public static class ProxyProcess
{
    // Numbers of Linux that the enum has no names for.
    private const PosixSignal SigUsr1 = (PosixSignal)10;

    /// <summary>
    /// Serves until SIGTERM or SIGINT, then drains; a second SIGINT stops at once. SIGHUP reads the configuration again, SIGUSR1 reopens the access
    /// logs. The answer is the exit code.
    /// </summary>
    public static int Run(ProxyOptions options)
    {
        // 1
        var sink = new RateLimitedSink(StreamLogSink.Stderr());
        var root = new Log(sink, options.LogLevel);
        var log = root.For("proxy");
        using var host = new ProxyHost(LoopCount.For(options.Loops, options.Config.Node, Environment.ProcessorCount), new DataPlaneOptions { Log = root });
        var state = new ProxyState(host, root, VersionVerb.Short, options.CommandLine);
        ProcessMetrics.Register(host.DataPlane.Metrics, () => state.State == ServerState.Live);

        // 2
        if (!TryStartAdmin(options.Config, state, log, out var admin)) return ExitCodes.Failed;
        using var _ = admin;

        // 3
        using var giveBack = new Timer(static _ => StartupMemory.GiveBack());
        var session = options.Config.Dynamic is { } dynamic
            ? new ControlPlaneSession(host, options.Codecs, dynamic, options.StateDirectory, IsLive, root)
            : null;
        if (session is not null) state.Resources = session.Status;
        Func<ProxyConfig, IReadOnlyList<string>> apply = session is null ? host.Apply : session.Apply;
        var problems = session?.Start(options.Config) ?? host.Apply(options.Config);
        foreach (var problem in problems) log.Error(problem);
        if (problems.Count > 0) return ExitCodes.Failed;
        if (session is null)
        {
            foreach (var listener in host.DataPlane.Listeners) log.Info($"listener {listener.Config.Name} on {string.Join(", ", listener.Addresses)}");
            IsLive();
        }

        // 4
        using var ended = new ManualResetEventSlim();
        using var atOnce = new CancellationTokenSource();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, ended, atOnce: null));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, ended, atOnce));
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => Reload(signal, apply, options, log));
        using var user = PosixSignalRegistration.Create(SigUsr1, signal =>
        {
            signal.Cancel = true;
            host.DataPlane.AccessLogs.Reopen();
        });
        ended.Wait();

        // 5
        session?.DisposeAsync().AsTask().Wait(options.DrainTime);
        log.Info($"draining {host.DataPlane.OpenConnections} connections, for at most {options.DrainTime.TotalSeconds} s");
        var clock = Stopwatch.StartNew();
        var finished = host.DrainAsync(options.DrainTime, atOnce.Token).GetAwaiter().GetResult();

        // 6
        log.Info(finished ? $"drained in {clock.Elapsed.TotalSeconds:0.0} s" : "closed what did not finish");
        sink.Flush();
        return ExitCodes.Ok;

        void IsLive()
        {
            state.IsLive();
            log.Info($"ready: {host.Loops.Count} {(host.Loops.Count == 1 ? "loop" : "loops")} on {Environment.ProcessorCount} cores, admin on {(admin is null ? "no address" : $"http://{admin.LocalAddress}/")}");
            giveBack.Change(StartupMemory.Delay, Timeout.InfiniteTimeSpan);
        }
    }

    private static bool TryStartAdmin(ProxyConfig config, ProxyState state, Log log, out HttpServer? admin)
    {
        admin = null;
        if (config.Admin is null) return true;
        try
        {
            admin = AdminServer.Start(config.Admin, state);
            return true;
        }
        catch (SocketException e)
        {
            log.Error($"the admin interface cannot listen on {config.Admin}: {e.Message}");
            return false;
        }
    }

    private static void Stop(PosixSignalContext signal, ManualResetEventSlim ended, CancellationTokenSource? atOnce)
    {
        signal.Cancel = true;
        if (ended.IsSet) atOnce?.Cancel();
        ended.Set();
    }

    private static void Reload(
        PosixSignalContext signal, Func<ProxyConfig, IReadOnlyList<string>> apply, ProxyOptions options, Log log)
    {
        signal.Cancel = true;
        if (options.Reload() is not { } config)
        {
            log.Warning("the new configuration has errors; the old one stays in force");
            return;
        }

        if (config.Dynamic is null != options.Config.Dynamic is null)
            log.Warning("who gives the rest of the configuration is decided at the start: dynamic_resources changes with the next one");
        foreach (var problem in apply(config)) log.Error(problem);
        log.Info("the new configuration is in force");
    }
}
