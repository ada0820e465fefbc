using System.CommandLine;
using Meltemi.Bench.Lab.Arms;

namespace Meltemi.Bench.Lab.Commands;

/// <summary>The options that say which build of meltemi is measured, and how it is called.</summary>
internal sealed class MeltemiOptions
{
    public Option<string?> Path { get; } = new("--meltemi")
    {
        Description = "meltemi.dll or the executable. Default: the newest in .build, else the project's own Release output.",
    };

    public Option<string?> Arguments { get; } = new("--meltemi-args") { Description = "Added to its command line; words by blanks." };

    public MeltemiProgram? Program(ParseResult parsed) =>
        (parsed.GetValue(Path) ?? MeltemiProgram.Find()) is { } path
            ? new MeltemiProgram(path, parsed.GetValue(Arguments)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [])
            : null;
}
