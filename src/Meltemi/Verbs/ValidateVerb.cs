using System.CommandLine;
using Meltemi.Program.Verbs.Mesh;
using Meltemi.Proxy.Config;
using Meltemi.Xds.Reading;

namespace Meltemi.Program.Verbs;

/// <summary><c>meltemi validate</c>: says everything that is wrong with a configuration, and starts nothing.</summary>
internal static class ValidateVerb
{
    public static Command Create()
    {
        var (file, resources, codec) = (ConfigOptions.File(required: false), ApplyVerb.Files(), ConfigOptions.Codec());
        resources.Required = false;
        var strict = new Option<bool>("--strict") { Description = "Take warnings for errors." };
        var command = new Command("validate", """
            Check a bootstrap (-c) or resources (-f), and print every problem as FILE:LINE:COLUMN PATH: MESSAGE. Changes and starts nothing; 'meltemi apply
            --dry-run' lets a controller check what only it can know.

            Exit codes: 0 it can be used, 1 it cannot, 2 a --codec cannot be loaded, 64 wrong command line.
            """) { file, resources, codec, strict };
        command.SetAction(result =>
        {
            var output = result.InvocationConfiguration.Output;
            var (path, names) = (result.GetValue(file), result.GetValue(resources) ?? []);
            if ((path is null) == (names.Length == 0)) throw new CommandFailedException("name either a bootstrap (-c) or resources (-f)", ExitCodes.Usage);
            if (path is null) return ValidateResources(ResourceFiles.Read(names, Console.In), result.GetValue(strict), output);
            var codecs = CodecPlugins.Load(result.GetRequiredValue(codec));
            return Validate(path, BootstrapLoader.Load(path, codecs), result.GetValue(strict), output);
        });
        return command;
    }

    private static int ValidateResources(IReadOnlyList<ResourceFiles.Content> files, bool strict, TextWriter output)
    {
        foreach (var file in files)
        {
            ResourceFiles.Print(file, output);
            var content = file.Errors > 0 ? "" : $"ok, {Count(file.Documents.Count, "resource")}, ";
            output.WriteLine($"{file.File}: {content}{Count(file.Errors, "error")}, {Count(file.Warnings, "warning")}");
        }

        return files.Any(file => file.Errors > 0 || (strict && file.Warnings > 0)) ? ExitCodes.Failed : ExitCodes.Ok;
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
