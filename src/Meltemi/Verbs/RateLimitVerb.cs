using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.RateLimit;

namespace Meltemi.Program.Verbs;

/// <summary><c>meltemi ratelimit</c>: counts requests for many proxies together.</summary>
internal static class RateLimitVerb
{
    public static Command Create()
    {
        var config = new Option<string>("--config", "-c")
        {
            Description = "Folder of YAML files with the limits of a domain each, in the form of envoyproxy/ratelimit. Read again when it changes.",
            HelpName = "DIR",
            Required = true,
        };
        var redis = new Option<string?>("--redis")
        {
            Description = "Where hits are counted, such as redis:6379 or redis:6379,password=...,ssl=true.",
            HelpName = "ADDRESS",
        };
        var memory = new Option<bool>("--memory") { Description = "Count in this process instead: nothing is shared with other servers, and a restart forgets." };
        var listen = Address("--listen", "Where proxies connect, with gRPC.", 8081);
        var admin = Address("--admin", "Where /metrics and /healthcheck are.", 6070);
        var timeout = Duration("--redis-timeout", "Longest wait for Redis.", TimeSpan.FromMilliseconds(50));
        var failure = new Option<StoreFailure>("--on-redis-failure")
        {
            Description = "What is answered while Redis does not answer: an error, so that the proxies' own setting decides, or a verdict.",
            DefaultValueFactory = _ => StoreFailure.Error,
        };
        var window = new Option<string>("--window") { Description = "Kind of window of limits that do not say.", DefaultValueFactory = _ => "fixed" };
        window.AcceptOnlyFromAmong("fixed", "sliding");
        var near = new Option<double>("--near-limit-ratio")
        {
            Description = "Share of a limit above which hits count as near it.",
            DefaultValueFactory = _ => new RateLimitOptions().NearLimitRatio,
            CustomParser = ParseShare,
        };
        var cache = new Option<int>("--local-cache-size")
        {
            Description = "Counters over their limit that are remembered, so that Redis is not asked for them; 0: none.",
            DefaultValueFactory = _ => new RateLimitOptions().LocalCacheSize,
        };
        cache.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 0) result.AddError("--local-cache-size must not be negative.");
        });
        var check = new Option<bool>("--check") { Description = "Only say what is wrong with the limits, and start nothing." };
        var level = ConfigOptions.LogLevel();
        var command = new Command("ratelimit", """
            Serve Envoy's rate limit service: count requests for many proxies together, in Redis. Until SIGINT or SIGTERM.

            Exit codes: 0 stopped, 1 failed, 2 the limits have errors, 64 wrong command line.
            """) { config, redis, memory, listen, admin, timeout, failure, window, near, cache, check, level };
        command.Validators.Add(result =>
        {
            var given = (result.GetResult(redis) is null ? 0 : 1) + (result.GetValue(memory) ? 1 : 0);
            if (given == 2 || (given == 0 && !result.GetValue(check))) result.AddError("Give either --redis or --memory.");
        });
        command.SetAction((result, cancel) =>
        {
            _ = LogLevels.TryParse(result.GetRequiredValue(level), out var logLevel);
            var options = new RateLimitProcessOptions
            {
                Directory = result.GetRequiredValue(config),
                Redis = result.GetValue(redis),
                RedisTimeout = result.GetValue(timeout),
                Listen = result.GetRequiredValue(listen),
                Admin = result.GetRequiredValue(admin),
                SlidingByDefault = result.GetRequiredValue(window) == "sliding",
                Limiter = new RateLimitOptions
                {
                    NearLimitRatio = result.GetValue(near),
                    LocalCacheSize = result.GetValue(cache),
                    OnStoreFailure = result.GetValue(failure),
                },
                LogLevel = logLevel,
            };
            var (output, error) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            return result.GetValue(check) ? Task.FromResult(RateLimitProcess.Check(options, output)) : RateLimitProcess.RunAsync(options, error, cancel);
        });
        return command;
    }

    private static Option<IPEndPoint> Address(string name, string description, int port) => new(name)
    {
        Description = $"{description} Port 0: a free one.",
        HelpName = "ADDRESS:PORT",
        DefaultValueFactory = _ => new IPEndPoint(IPAddress.Loopback, port),
        CustomParser = ParseAddress,
    };

    private static Option<TimeSpan> Duration(string name, string description, TimeSpan standard) => new(name)
    {
        Description = $"{description} Such as 50ms.",
        HelpName = "DURATION",
        CustomParser = Durations.Parse,
        DefaultValueFactory = _ => standard,
    };

    private static IPEndPoint? ParseAddress(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (text.StartsWith(':')) text = $"127.0.0.1{text}";
        if (text.Contains(':', StringComparison.Ordinal) && IPEndPoint.TryParse(text, out var address)) return address;
        result.AddError($"'{text}' is not an address such as 127.0.0.1:8081 or :8081.");
        return null;
    }

    private static double ParseShare(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share <= 1) return share;
        result.AddError($"--near-limit-ratio must be a number from 0 to 1, not '{text}'.");
        return 0;
    }
}
