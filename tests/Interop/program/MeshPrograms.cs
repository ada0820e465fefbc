using System.Text.RegularExpressions;
using Meltemi.Interop.Tests.Support;
using Meltemi.Program;

namespace Meltemi.Interop.Tests.Program;

/// <summary><c>meltemi controller</c> and <c>meltemi proxy</c> as processes of their own, in a folder that goes with them.</summary>
internal sealed partial class MeshPrograms : IAsyncDisposable
{
    private static readonly string Executable = Path.Combine(AppContext.BaseDirectory, "meltemi.dll");
    private PeerProcess? _controller;
    private PeerProcess? _proxy;

    /// <summary>For files of the test; it goes with the programs.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("meltemi-mesh-").FullName;

    public MeshPrograms() => Directory.CreateDirectory(Resources);

    /// <summary>Where the resources lie.</summary>
    public string Resources => Path.Combine(Folder, "mesh");

    public string Seen => $"{_controller?.Seen}\n{_proxy?.Seen}";

    /// <summary>Where the controller serves xDS.</summary>
    public string Xds { get; private set; } = "127.0.0.1:0";

    /// <summary>Starts the controller, where it was before if it ran already.</summary>
    public async Task StartControllerAsync()
    {
        _controller = PeerProcess.Start(
            ["dotnet", "exec", Executable, "controller", "--store", $"files:{Resources}", "--xds", Xds, "--api", "127.0.0.1:0", "--state-dir", Path.Combine(Folder, "controller")]);
        Xds = (await ReadyAsync(_controller, ControllerLine())).Groups[1].Value;
    }

    /// <summary>Starts a proxy that follows the controller.</summary>
    public async Task StartProxyAsync(params string[] more)
    {
        _proxy = PeerProcess.Start(
            ["dotnet", "exec", Executable, "proxy", "--controller", Xds, "--admin", "127.0.0.1:0", "--id", "shop-1", "--state-dir", ProxyState, "--loops", "2", .. more]);
        await ReadyAsync(_proxy, ProxyLine());
    }

    /// <summary>The controller dies without a word.</summary>
    public Task KillControllerAsync() => _controller!.KillAsync();

    /// <summary>The proxy dies without a word.</summary>
    public Task KillProxyAsync() => _proxy!.KillAsync();

    /// <summary>Waits until what the proxy keeps on disk has a text in it: it is written a moment after it was accepted.</summary>
    public Task SavedAsync(string text) => Safety.Until(
        () => Directory.Exists(ProxyState) && Directory.EnumerateFiles(ProxyState).Any(file => Contains(file, text)), () => Seen);

    /// <summary>Runs another verb, as somebody at a terminal would.</summary>
    public (int ExitCode, string Output) Run(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var exitCode = CommandLine.Run([.. arguments, "--state-dir", Path.Combine(Folder, "controller")], output, output);
        return (exitCode, output.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in new[] { _proxy, _controller })
        {
            if (process is not { HasExited: false }) continue;
            process.Terminate();
            await process.ExitAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }

    private string ProxyState => Path.Combine(Folder, "proxy");

    private static bool Contains(string file, string text)
    {
        try
        {
            return File.ReadAllText(file, System.Text.Encoding.Latin1).Contains(text, StringComparison.Ordinal);
        }
        catch (FileNotFoundException)
        {
            return false; // It was being written, and has its name now.
        }
    }

    private static async Task<Match> ReadyAsync(PeerProcess process, Regex line)
    {
        await Safety.Until(() => process.HasExited || line.IsMatch(process.Seen), () => process.Seen);
        Assert.False(process.HasExited, process.Seen);
        return line.Match(process.Seen);
    }

    [GeneratedRegex("ready: .* xDS on ([^,]+),")]
    private static partial Regex ControllerLine();

    [GeneratedRegex("ready: .* admin on http")]
    private static partial Regex ProxyLine();
}
