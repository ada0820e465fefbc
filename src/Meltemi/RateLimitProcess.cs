using System.Collections.Immutable;
using System.Net;
using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.RateLimit;
using Meltemi.RateLimit.Counting;
using Meltemi.RateLimit.Figures;
using Meltemi.RateLimit.Rules;
using Meltemi.RateLimit.Serving;

namespace Meltemi.Program;

/// <summary>What a rate limit server is started with.</summary>
internal sealed record RateLimitProcessOptions
{
    /// <summary>Folder of the limits.</summary>
    public required string Directory { get; init; }

    /// <summary>Null: hits are counted in this process.</summary>
    public string? Redis { get; init; }

    /// <summary>Longest wait for Redis.</summary>
    public TimeSpan RedisTimeout { get; init; }

    /// <summary>Where proxies connect.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>Where figures and health are.</summary>
    public required IPEndPoint Admin { get; init; }

    /// <summary>Limits that do not say have a sliding window.</summary>
    public bool SlidingByDefault { get; init; }

    /// <summary>How it decides.</summary>
    public required RateLimitOptions Limiter { get; init; }

    /// <summary>Least level that is logged.</summary>
    public LogLevel LogLevel { get; init; }
}

/// <summary>The running rate limit server: limits, store, servers, then nothing but waiting for the signal to end.</summary>
internal static class RateLimitProcess
{
    /// <summary>Says what is wrong with the limits; the answer is the exit code.</summary>
    public static int Check(RateLimitProcessOptions options, TextWriter output)
    {
        var (_, files) = Load(options, output);
        if (files.Rules is not { } rules) return ExitCodes.BadConfiguration;
        output.WriteLine($"{options.Directory}: ok, domains {string.Join(", ", rules.Domains)}");
        return ExitCodes.Ok;
    }

    /// <summary>Serves until it is cancelled by SIGINT or SIGTERM. The answer is the exit code.</summary>
    public static async Task<int> RunAsync(RateLimitProcessOptions options, TextWriter error, CancellationToken cancel)
    {
        var (texts, files) = Load(options, error);
        if (files.Rules is not { } first) return ExitCodes.BadConfiguration;
        var sink = new RateLimitedSink(StreamLogSink.Stderr());
        var root = new Log(sink, options.LogLevel);
        var log = root.For("ratelimit");
        using var logs = new LoggerFactory(root);
        try
        {
            var figures = new ServerFigures();
            await using var store = await OpenAsync(options, logs, log).ConfigureAwait(false);
            await using var rules = new RuleDirectory(options.Directory, options.SlidingByDefault, texts, first, figures, logs.CreateLogger("limits"));
            var limiter = new RateLimiter(() => rules.Current, store, figures, options.Limiter, TimeProvider.System);
            var healthyWithoutStore = options.Limiter.OnStoreFailure == StoreFailure.Allow;
            await using var host = await RateLimitHost.StartAsync(
                options.Listen, options.Admin, limiter, store, figures, healthyWithoutStore, logs).ConfigureAwait(false);
            log.Info($"ready: {first.Domains.Count} domains from {options.Directory}, gRPC on {host.EndPoint}, figures on http://{host.AdminEndPoint}/metrics");
            var ended = new TaskCompletionSource();
            await using var registration = cancel.Register(ended.SetResult).ConfigureAwait(false);
            await ended.Task.ConfigureAwait(false);
            return ExitCodes.Ok;
        }
        catch (Exception e) when (e is IOException or FormatException or UnauthorizedAccessException)
        {
            log.Error(e.Message);
            return ExitCodes.Failed;
        }
        finally
        {
            sink.Flush();
        }
    }

    private static async Task<ICounterStore> OpenAsync(RateLimitProcessOptions options, LoggerFactory logs, Log log)
    {
        if (options.Redis is { } where) return await RedisCounters.ConnectAsync(where, options.RedisTimeout, logs.CreateLogger("redis")).ConfigureAwait(false);
        log.Warning("hits are counted in this process: the limits are this server's own, and a restart forgets what was counted");
        return new MemoryCounters(TimeProvider.System);
    }

    private static (ImmutableArray<(string File, string Text)> Texts, RuleFiles Files) Load(RateLimitProcessOptions options, TextWriter output)
    {
        try
        {
            var texts = RuleFiles.Texts(options.Directory);
            if (texts.IsEmpty) throw new CommandFailedException($"there are no .yaml files in {options.Directory}", ExitCodes.BadConfiguration);
            var files = RuleFiles.Read(texts, options.SlidingByDefault);
            foreach (var (file, problem) in files.Problems) ProblemPrinter.Print(file, [problem], output);
            return (texts, files);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(e.Message, ExitCodes.BadConfiguration);
        }
    }
}
