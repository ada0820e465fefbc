using Meltemi.ControlPlane.Hosting;
using Meltemi.ControlPlane.Stores;
using Meltemi.Program.Client;
using Meltemi.Proxy.Telemetry.Logging;

namespace Meltemi.Program;

/// <summary>The running controller: store, servers, then nothing but waiting for the signal to end.</summary>
internal static class ControllerProcess
{
    /// <summary>Serves until it is cancelled by SIGINT or SIGTERM. The answer is the exit code.</summary>
    public static async Task<int> RunAsync(StoreOptions storeOptions, ControllerOptions options, LogLevel level, CancellationToken cancel)
    {
        var sink = new RateLimitedSink(StreamLogSink.Stderr());
        var root = new Log(sink, level);
        var log = root.For("controller");
        using var logs = new LoggerFactory(root);
        try
        {
            await using var store = await storeOptions.OpenAsync(logs.CreateLogger("store")).ConfigureAwait(false);
            await using var host = await ControllerHost.StartAsync(store, options, logs, cancel: cancel).ConfigureAwait(false);
            LeaveAddress(host, options, log);
            log.Info($"ready: {store.Current.Resources.Count} resources from {storeOptions.Location}, xDS on {host.XdsAddress}, API on {host.ApiAddress}");
            await WaitAsync(cancel).ConfigureAwait(false);
            log.Info("stopping; proxies go on with what they have");
            return ExitCodes.Ok;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return ExitCodes.Ok;
        }
        catch (Exception e) when (e is StoreException or FormatException or DirectoryNotFoundException)
        {
            log.Error(e.Message);
            return ExitCodes.BadConfiguration;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            log.Error(e.Message);
            return ExitCodes.Failed;
        }
        finally
        {
            sink.Flush();
        }
    }

    /// <summary>So that the other verbs find it without being told.</summary>
    private static void LeaveAddress(ControllerHost host, ControllerOptions options, Log log)
    {
        try
        {
            var authority = host.AuthorityPem is null ? null : Path.Combine(options.StateDirectory, "api-ca.pem");
            if (authority is not null) File.WriteAllText(authority, host.AuthorityPem);
            new ControllerAddress(host.ApiAddress, Path.Combine(options.StateDirectory, "token"), authority).Write(options.StateDirectory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Warning($"other commands need --controller {host.ApiAddress}, since its address cannot be left in {options.StateDirectory}: {e.Message}");
        }
    }

    private static async Task WaitAsync(CancellationToken cancel)
    {
        var ended = new TaskCompletionSource();
        await using var registration = cancel.Register(ended.SetResult).ConfigureAwait(false);
        await ended.Task.ConfigureAwait(false);
    }
}
