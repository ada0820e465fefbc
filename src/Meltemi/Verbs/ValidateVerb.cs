using System.CommandLine;
using Meltemi.Proxy.Config;
using Meltemi.Xds.Reading;

namespace Meltemi.Program.Verbs;

/// <summary><c>meltemi validate</c>: says everything that is wrong with a configuration, and starts nothing.</summary>
internal static class ValidateVerb
{
    public static Command Create()
    {
        var (file, codec) = (ConfigOptions.File(), ConfigOptions.Codec());
        var strict = new Option<bool>("--strict") { Description = "Take warnings for errors." };
        var command = new Command("validate", """
            Check a configuration and print every problem as FILE:LINE:COLUMN PATH: MESSAGE.

            Exit codes: 0 it can be used, 1 it cannot, 2 a --codec cannot be loaded, 64 wrong command line.
            """) { file, codec, strict };
        command.SetAction(result =>
        {
            var output = result.InvocationConfiguration.Output;
            var (path, codecs) = (result.GetRequiredValue(file), CodecPlugins.Load(result.GetRequiredValue(codec)));
            return Validate(path, BootstrapLoader.Load(path, codecs), result.GetValue(strict), output);
        });
        return command;
    }

    private static int Validate(string path, LoadResult loaded, bool strict, TextWriter output)
    {
        var usable = ProblemPrinter.Print(path, loaded, output);
        var errors = loaded.Problems.Count(problem => problem.Severity == ProblemSeverity.Error);
        var warnings = loaded.Problems.Length - errors;
        var counts = $"{Count(errors, "error")}, {Count(warnings, "warning")}";
        if (!usable || (strict && warnings > 0))
        {
            output.WriteLine($"{path}: {counts}");
            return ExitCodes.Failed;
        }

        var config = loaded.Config!;
        var content = $"{Count(config.Listeners.Length, "listener")}, {Count(config.Clusters.Length, "cluster")}";
        output.WriteLine($"{path}: ok ({content}{(warnings > 0 ? $", {Count(warnings, "warning")}" : "")})");
        return ExitCodes.Ok;
    }

    private static string Count(int number, string thing) => $"{number} {thing}{(number == 1 ? "" : "s")}";
}
