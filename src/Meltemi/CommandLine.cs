using System.CommandLine;
using System.CommandLine.Help;
using Meltemi.Program.Verbs;
using Meltemi.Program.Verbs.Codecs;
using Meltemi.Program.Verbs.Mesh;

namespace Meltemi.Program;

/// <summary>The program's verbs. A verb is a file in <c>Verbs/</c>, and a line here.</summary>
public static class CommandLine
{
    private const string Description = """
        A service mesh for every layer-7 protocol.

        Exit codes: 0 ok, 1 failed, 2 bad configuration, 64 wrong command line.
        """;

    /// <summary>Parses and runs; the answer is the process's exit code (<see cref="ExitCodes"/>).</summary>
    public static int Run(string[] arguments, TextWriter output, TextWriter error)
    {
        var result = Root().Parse(arguments);
        if (result.Errors.Count > 0 && result.Action is not HelpAction)
        {
            foreach (var problem in result.Errors) error.WriteLine($"meltemi: {problem.Message}");
            error.WriteLine($"Try '{Path(result.CommandResult.Command)} --help'.");
            return ExitCodes.Usage;
        }

        try
        {
            return result.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        }
        catch (CommandFailedException e)
        {
            error.WriteLine($"meltemi: {e.Message}");
            return e.ExitCode;
        }
    }

    /// <summary>The command with all verbs; also what completion is made from.</summary>
    internal static RootCommand Root() => new(Description)
    {
        DemoVerb.Create(),
        ControllerVerb.Create(),
        ProxyVerb.Create(),
        RateLimitVerb.Create(),
        ApplyVerb.Create(),
        GetVerb.Create(),
        DescribeVerb.Create(),
        DeleteVerb.Create(),
        DiffVerb.Create(),
        ValidateVerb.Create(),
        AnalyzeVerb.Create(),
        ProxyStatusVerb.Create(),
        ProxyConfigVerb.Create(),
        ExplainVerb.Create(),
        WatchVerb.Create(),
        CodecVerb.Create(),
        KubeconfigVerb.Create(),
        VersionVerb.Create(),
        CompletionVerb.Create(),
    };

    private static string Path(Command command)
    {
        var path = command is RootCommand ? "meltemi" : command.Name;
        foreach (var parent in command.Parents.OfType<Command>()) return $"{Path(parent)} {path}";
        return path;
    }
}
