using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Telemetry.Logging;

namespace Meltemi.Program.Verbs;

/// <summary><c>meltemi proxy</c>: loads the configuration, reports what is wrong with it, and serves.</summary>
internal static class ProxyVerb
{
    private const int MaxLoops = 1024;

    public static Command Create()
    {
        var (file, codec) = (ConfigOptions.File(required: false), ConfigOptions.Codec());
        var node = new NodeOptions();
        var state = new Option<string>("--state-dir")
        {
            Description = "Where what a controller said last is kept for the next start; '' for nowhere.",
            HelpName = "DIR",
            DefaultValueFactory = _ => StateDirectory.Default,
        };
        var loops = new Option<int>("--loops", "--concurrency")
        {
            Description = "Event loops; 0: half of the cores, for a gateway all.",
            HelpName = "N",
            CustomParser = ParseLoops,
        };
        var drain = new Option<TimeSpan>("--drain-time")
        {
            Description = "How long requests in flight may go on after SIGTERM, such as 10s.",
            HelpName = "DURATION",
            CustomParser = Durations.Parse,
            DefaultValueFactory = _ => TimeSpan.FromSeconds(10),
        };
        var level = new Option<string>("--log-level", "-l")
        {
            Description = "Least level that is logged.",
            DefaultValueFactory = _ => LogLevel.Info.Name(),
        };
        level.AcceptOnlyFromAmong([.. LogLevels.All, "warn", "critical"]);

        var command = new Command("proxy", """
            Serve by a configuration file or by what a controller says, until SIGINT or SIGTERM.

            Exit codes: 0 drained, 1 failed, 2 bad configuration, 64 wrong command line.
            """) { file, codec, loops, drain, level, state };
        node.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(file) is null == (result.GetResult("--controller") is null)) result.AddError("Give either --config or --controller.");
        });
        command.SetAction(result =>
        {
            _ = LogLevels.TryParse(result.GetRequiredValue(level), out var logLevel);
            var codecs = CodecPlugins.Load(result.GetRequiredValue(codec));
            var error = result.InvocationConfiguration.Error;
            var bootstrap = node.Read(result);
            var path = bootstrap is null ? result.GetRequiredValue(file) : $"--controller {string.Join(",", bootstrap.Controllers)}";
            return ProxyProcess.Run(new ProxyOptions
            {
                Config = Load() ?? throw new CommandFailedException($"{path} cannot be used", ExitCodes.BadConfiguration),
                Reload = Load,
                Codecs = codecs,
                StateDirectory = result.GetRequiredValue(state),
                CommandLine = new Dictionary<string, string> { ["config"] = path, ["loops"] = $"{result.GetValue(loops)}", ["log-level"] = logLevel.Name() },
                Loops = result.GetValue(loops),
                DrainTime = result.GetValue(drain),
                LogLevel = logLevel,
            });

            ProxyConfig? Load()
            {
                var loaded = bootstrap is null ? BootstrapLoader.Load(path, codecs) : BootstrapLoader.Take(bootstrap.ToBootstrap(), codecs);
                ProblemPrinter.Print(path, loaded, error);
                return Introduced(loaded.Config);
            }
        });
        return command;
    }

    private static int ParseLoops(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var loops) && loops <= MaxLoops) return loops;
        result.AddError($"--loops must be a number from 0 to {MaxLoops}, not '{text}'.");
        return 0;
    }

    private static ProxyConfig? Introduced(ProxyConfig? config)
    {
        if (config?.Dynamic?.Node is not { } node) return config;
        node.UserAgentName = "meltemi";
        node.UserAgentVersion = VersionVerb.Short;
        return config;
    }
}
