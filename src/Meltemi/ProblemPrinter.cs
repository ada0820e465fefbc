using System.Collections.Immutable;
using Meltemi.Proxy.Config;
using Meltemi.Xds.Reading;

namespace Meltemi.Program;

/// <summary>Prints problems as compilers do, so that editors find the place: <c>FILE:LINE:COLUMN PATH: MESSAGE</c>.</summary>
public static class ProblemPrinter
{
    /// <summary>Prints all problems of a file; the answer is whether its configuration can be used.</summary>
    public static bool Print(string file, LoadResult result, TextWriter output)
    {
        Print(file, result.Problems, output);
        return result.Config is not null;
    }

    /// <summary>Prints problems.</summary>
    public static void Print(string file, ImmutableArray<ConfigProblem> problems, TextWriter output)
    {
        foreach (var problem in problems)
        {
            var place = problem.Mark.Line > 0 ? $":{problem.Mark.Line}:{problem.Mark.Column}" : "";
            var path = problem.Path.Length > 0 ? $" {problem.Path}:" : ":";
            var severity = problem.Severity == ProblemSeverity.Warning ? "warning: " : "";
            output.WriteLine($"{file}{place}{path} {severity}{problem.Message}");
        }
    }
}
