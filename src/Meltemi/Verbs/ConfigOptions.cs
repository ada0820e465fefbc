using System.CommandLine;

namespace Meltemi.Program.Verbs;

/// <summary>Options that several verbs have.</summary>
internal static class ConfigOptions
{
    public static Option<string> File() => new("--config", "-c", "--config-path")
    {
        Description = "Bootstrap in YAML or JSON, in Envoy's form.",
        HelpName = "FILE",
        Required = true,
    };

    public static Option<string[]> Codec() => new("--codec")
    {
        Description = "Assembly with further protocols; may be given several times.",
        HelpName = "DLL",
        DefaultValueFactory = _ => [],
    };
}
