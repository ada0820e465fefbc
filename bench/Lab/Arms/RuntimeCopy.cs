using System.Runtime.InteropServices;

namespace Meltemi.Bench.Lab.Arms;

/// <summary>
/// A copy of the .NET runtime that only the measured proxy maps, as in a container of its own. Pages of files that other programs have mapped too (the
/// lab itself is one) count as the proxy's resident memory for as long as those run, whatever the proxy gives back.
/// </summary>
internal static class RuntimeCopy
{
    /// <summary>Copies the runtime that the lab runs on below the folder; returns its <c>dotnet</c>.</summary>
    public static string Make(string folder)
    {
        // ROOT/shared/Microsoft.NETCore.App/VERSION/
        var version = new DirectoryInfo(RuntimeEnvironment.GetRuntimeDirectory());
        var root = version.Parent!.Parent!.Parent!.FullName;
        var copy = Path.Combine(folder, "runtime");
        Copy(root, copy, "host");
        foreach (var framework in Directory.GetDirectories(Path.Combine(root, "shared"), "Microsoft.*"))
        {
            if (Directory.Exists(Path.Combine(framework, version.Name)))
                Copy(root, copy, Path.GetRelativePath(root, Path.Combine(framework, version.Name)));
        }
        var program = Path.Combine(copy, "dotnet");
        File.Copy(Path.Combine(root, "dotnet"), program);
        return program;
    }

    private static void Copy(string from, string to, string part)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(from, part), "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            _ = Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
