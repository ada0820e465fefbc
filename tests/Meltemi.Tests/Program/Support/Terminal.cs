using Meltemi.Program;

namespace Meltemi.Tests.Program.Support;

/// <summary>Runs the program's command line in this process.</summary>
internal static class Terminal
{
    public static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        return (CommandLine.Run(arguments, output, error), output.ToString(), error.ToString());
    }
}
