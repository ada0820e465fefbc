using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Meltemi.Interop.Tests.Support;
using Meltemi.Program;

namespace Meltemi.Interop.Tests.Program;

/// <summary>Debian's etcd, several <c>meltemi controller</c> on it, and proxies, as processes of their own, in a folder that goes with them.</summary>
internal sealed partial class SharedMesh : IAsyncDisposable
{
    private static readonly string Executable = Path.Combine(AppContext.BaseDirectory, "meltemi.dll");
    private readonly List<PeerProcess> _processes = [];
    private string _etcd = "";

    /// <summary>For files of the test; it goes with the programs.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("meltemi-shared-").FullName;

    public string Seen => string.Join('\n', _processes.Select(process => process.Seen));

    public async Task StartEtcdAsync()
    {
        var (clients, peers) = ($"http://127.0.0.1:{FreePort()}", $"http://127.0.0.1:{FreePort()}");
        Start(
            "etcd", "--name", "one", "--data-dir", Path.Combine(Folder, "etcd"), "--log-level", "error", "--logger", "zap", "--listen-client-urls", clients,
            "--advertise-client-urls", clients, "--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers, "--initial-cluster", $"one={peers}");
        using var http = new HttpClient { BaseAddress = new(clients) };
        await Safety.Until(() => Answers(http), () => Seen);
        _etcd = clients;
    }

    /// <summary>Starts a controller; answers it and where it serves xDS.</summary>
    public async Task<(PeerProcess Process, string Xds)> StartControllerAsync(string name)
    {
        var controller = Start(
            "dotnet", "exec", Executable, "controller", "--store", $"etcd:{_etcd}", "--xds", "127.0.0.1:0", "--api", "127.0.0.1:0",
            "--state-dir", Path.Combine(Folder, name));
        return (controller, (await ReadyAsync(controller, ControllerLine())).Groups[1].Value);
    }

    /// <summary>Starts a proxy that follows the first controller that answers.</summary>
    public async Task StartProxyAsync(string name, params string[] controllers)
    {
        string[] follow = [.. controllers.SelectMany(controller => new[] { "--controller", controller })];
        var proxy = Start([
            "dotnet", "exec", Executable, "proxy", .. follow, "--admin", "127.0.0.1:0", "--id", name, "--state-dir", Path.Combine(Folder, name), "--loops", "1"]);
        await ReadyAsync(proxy, ProxyLine());
    }

    /// <summary>Runs another verb against a controller, as somebody at a terminal would.</summary>
    public (int ExitCode, string Output) Run(string controller, params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var exitCode = CommandLine.Run([.. arguments, "--state-dir", Path.Combine(Folder, controller)], output, output);
        return (exitCode, output.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes))
        {
            if (process.HasExited) continue;
            process.Terminate();
            await process.ExitAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }

    private PeerProcess Start(params string[] command)
    {
        var process = PeerProcess.Start(command);
        _processes.Add(process);
        return process;
    }

    private static async Task<Match> ReadyAsync(PeerProcess process, Regex line)
    {
        await Safety.Until(() => process.HasExited || line.IsMatch(process.Seen), () => process.Seen);
        Assert.False(process.HasExited, process.Seen);
        return line.Match(process.Seen);
    }

    private static bool Answers(HttpClient etcd)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v3/kv/range") { Content = new StringContent("""{"key": "eA=="}""", Encoding.UTF8) };
            using var answer = etcd.Send(request);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex("ready: .* xDS on ([^,]+),")]
    private static partial Regex ControllerLine();

    [GeneratedRegex("ready: .* admin on http")]
    private static partial Regex ProxyLine();
}
