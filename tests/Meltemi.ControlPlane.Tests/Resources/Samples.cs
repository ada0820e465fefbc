namespace Meltemi.ControlPlane.Tests.Resources;

/// <summary>The files beside this one in <c>Samples/</c>: YAML of the shapes that Istio's and Aeraki's documentation and samples show.</summary>
internal static class Samples
{
    /// <summary>Names and texts.</summary>
    public static IEnumerable<(string Name, string Text)> All() =>
        Directory.EnumerateFiles(Folder(), "*.yaml").Order(StringComparer.Ordinal).Select(file => (Path.GetFileNameWithoutExtension(file), File.ReadAllText(file)));

    private static string Folder([System.Runtime.CompilerServices.CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Samples");
}
