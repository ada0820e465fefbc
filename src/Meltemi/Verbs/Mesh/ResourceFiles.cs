using Meltemi.Resources;
using Meltemi.Xds.Reading;

namespace Meltemi.Program.Verbs.Mesh;

/// <summary>Reads resources from what <c>-f</c> names: files, directories (with theirs), <c>-</c> for standard input.</summary>
internal static class ResourceFiles
{
    /// <summary>What a file holds.</summary>
    internal sealed record Content(string File, IReadOnlyList<ParsedResource> Documents)
    {
        public int Errors => Documents.Sum(document => document.Problems.Count(problem => problem.Severity == ProblemSeverity.Error));

        public int Warnings => Documents.Sum(document => document.Problems.Length) - Errors;
    }

    /// <summary>Reads all; a directory gives its <c>.yaml</c>, <c>.yml</c> and <c>.json</c> files by name.</summary>
    /// <exception cref="CommandFailedException">A file cannot be read.</exception>
    public static IReadOnlyList<Content> Read(string[] names, TextReader input) => [.. names.SelectMany(Expand).Select(name => ReadOne(name, input))];

    /// <summary>Reads all, prints every problem, and answers the resources.</summary>
    /// <exception cref="CommandFailedException">There is an error among the problems: nothing is to be done by halves.</exception>
    public static IReadOnlyList<Resource> ReadValid(string[] names, TextReader input, TextWriter error)
    {
        var files = Read(names, input);
        foreach (var file in files) Print(file, error);
        if (files.Sum(file => file.Errors) is > 0 and var errors)
            throw new CommandFailedException($"{errors} error{(errors == 1 ? "" : "s")}; nothing was changed", ExitCodes.Failed);
        return [.. files.SelectMany(file => file.Documents).Select(document => document.Resource!)];
    }

    /// <summary>Prints problems as compilers do.</summary>
    public static void Print(Content file, TextWriter output)
    {
        foreach (var document in file.Documents) ProblemPrinter.Print(file.File, document.Problems, output);
    }

    private static IEnumerable<string> Expand(string name)
    {
        if (!Directory.Exists(name)) return [name];
        return Directory.EnumerateFiles(name, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".yaml" or ".yml" or ".json" && !Path.GetFileName(file).StartsWith('.'))
            .Order(StringComparer.Ordinal);
    }

    private static Content ReadOne(string name, TextReader input)
    {
        try
        {
            return new(name == "-" ? "(input)" : name, ResourceText.Parse(name == "-" ? input.ReadToEnd() : File.ReadAllText(name)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"{name} cannot be read: {e.Message}", ExitCodes.Failed);
        }
    }
}
