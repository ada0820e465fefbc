using System.CommandLine;
using Meltemi.Proxy.Telemetry.Logging;

namespace Meltemi.Program.Verbs;

/// <summary>Options that several verbs have.</summary>
internal static class ConfigOptions
{
    public static Option<string> File(bool required = true) => new("--config", "-c", "--config-path")
    {
        Description = "Bootstrap in YAML or JSON, in Envoy's form.",
        HelpName = "FILE",
        Required = required,
    };

    public static Option<string> LogLevel()
    {
        var option = new Option<string>("--log-level", "-l")
        {
            Description = "Least level that is logged.",
            DefaultValueFactory = _ => Meltemi.Proxy.Telemetry.Logging.LogLevel.Info.Name(),
        };
        option.AcceptOnlyFromAmong([.. LogLevels.All, "warn", "critical"]);
        return option;
    }

    public static Option<string[]> Codec() => new("--codec")
    {
        Description = "Assembly with further protocols; may be given several times.",
        HelpName = "DLL",
        DefaultValueFactory = _ => [],
    };
}
