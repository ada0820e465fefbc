using System.CommandLine;
using System.Reflection;

namespace Meltemi.Program.Verbs;

/// <summary><c>meltemi version</c>.</summary>
internal static class VersionVerb
{
    public static Command Create()
    {
        var command = new Command("version", "Print the version of the program and of its runtime.");
        command.SetAction(result =>
        {
            var version = typeof(VersionVerb).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
            result.InvocationConfiguration.Output.WriteLine($"meltemi {version.Split('+')[0]} (.NET {Environment.Version})");
            return ExitCodes.Ok;
        });
        return command;
    }
}
