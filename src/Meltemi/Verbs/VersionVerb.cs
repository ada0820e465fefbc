using System.CommandLine;
using System.Reflection;

namespace Meltemi.Program.Verbs;

/// <summary><c>meltemi version</c>.</summary>
internal static class VersionVerb
{
    /// <summary>The version without what the build adds.</summary>
    public static string Short { get; } =
        typeof(VersionVerb).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static Command Create()
    {
        var command = new Command("version", "Print the version of the program and of its runtime.");
        command.SetAction(result =>
        {
            result.InvocationConfiguration.Output.WriteLine($"meltemi {Short} (.NET {Environment.Version})");
            return ExitCodes.Ok;
        });
        return command;
    }
}
