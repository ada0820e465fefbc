namespace Meltemi.Interop.Tests.Support;

/// <summary>Makes the programs of this folder ready to run, once for all tests.</summary>
internal static class Peers
{
    private static readonly string Folder = FindFolder();
    private static readonly Lazy<Task<bool>> Installation = new(async () => await RunAsync("install.sh"));
    private static readonly Lazy<Task<bool>> Generation = new(async () => await RunAsync("thrift/generate.sh", Generated));

    /// <summary>Where generated code lies.</summary>
    public static string Generated => Path.Combine(AppContext.BaseDirectory, "generated");

    /// <summary>Of a program in this folder.</summary>
    public static string PathOf(string program) => Path.Combine(Folder, program);

    /// <summary>The npm packages are there.</summary>
    public static Task InstalledAsync() => Installation.Value;

    /// <summary>The code of interop.thrift is there.</summary>
    public static Task GeneratedAsync() => Generation.Value;

    private static string FindFolder()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Meltemi.slnx"))) directory = Path.GetDirectoryName(directory)!;
        return Path.Combine(directory, "tests", "Interop");
    }

    private static async Task<bool> RunAsync(string script, params string[] arguments)
    {
        var (exitCode, _, seen) = await PeerProcess.RunAsync([PathOf(script), .. arguments]);
        Assert.True(exitCode == 0, $"{seen}\nended with {exitCode}");
        return true;
    }
}
