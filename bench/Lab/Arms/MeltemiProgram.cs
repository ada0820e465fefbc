namespace Meltemi.Bench.Lab.Arms;

/// <summary>The program that the meltemi arm runs: an executable or a .dll, and what to add to its command line.</summary>
internal sealed record MeltemiProgram(string Path, IReadOnlyList<string> ExtraArguments)
{
    /// <summary>What runs a .dll. Default: the machine's.</summary>
    public string Runtime { get; init; } = "dotnet";

    /// <summary>
    /// The newest build of this repository: what is published in <c>.build</c> if there is anything, else the project's own Release output.
    /// Null if there is none.
    /// </summary>
    public static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Meltemi.slnx")))
                return Newest(folder.FullName, ".build") ?? Newest(folder.FullName, "src/Meltemi/bin/Release");
        }
        return null;
    }

    public ChildProcess Run(IEnumerable<string> arguments)
    {
        var all = arguments.Concat(ExtraArguments);
        return Path.EndsWith(".dll", StringComparison.Ordinal) ? new ChildProcess(Runtime, [Path, .. all]) : new ChildProcess(Path, all);
    }

    private static string? Newest(string root, string below)
    {
        var folder = new DirectoryInfo(System.IO.Path.Combine(root, below));
        return folder.Exists
            ? folder.EnumerateFiles("meltemi.dll", SearchOption.AllDirectories).MaxBy(file => file.LastWriteTimeUtc)?.FullName
            : null;
    }
}
