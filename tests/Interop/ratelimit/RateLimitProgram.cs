using System.Net;
using System.Text.RegularExpressions;
using Meltemi.Interop.Tests.Support;

namespace Meltemi.Interop.Tests.RateLimit;

/// <summary><c>meltemi ratelimit</c> as a process, with its limits in a folder of its own.</summary>
internal sealed partial class RateLimitProgram : IAsyncDisposable
{
    private readonly PeerProcess _process;
    private readonly string _folder;

    private RateLimitProgram(PeerProcess process, string folder) => (_process, _folder) = (process, folder);

    public string Seen => _process.Seen;

    /// <summary>Where proxies connect.</summary>
    public IPEndPoint EndPoint => IPEndPoint.Parse(ReadyLine().Match(Seen).Groups[1].Value);

    /// <summary>Where figures and health are.</summary>
    public Uri Admin => new(ReadyLine().Match(Seen).Groups[2].Value);

    public static async Task<RateLimitProgram> StartAsync(string limits, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("meltemi-limits-").FullName;
        File.WriteAllText(Path.Combine(folder, "shop.yaml"), limits);
        var process = PeerProcess.Start(
        [
            "dotnet", "exec", Path.Combine(AppContext.BaseDirectory, "meltemi.dll"), "ratelimit",
            "--config", folder, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", .. arguments,
        ]);
        var program = new RateLimitProgram(process, folder);
        await Safety.Until(() => process.HasExited || ReadyLine().IsMatch(process.Seen), () => process.Seen);
        Assert.False(process.HasExited, process.Seen);
        return program;
    }

    /// <summary>Writes other limits and waits until the program has looked at them.</summary>
    public async Task ChangeAsync(string limits, string seen)
    {
        File.WriteAllText(Path.Combine(_folder, "shop.yaml"), limits);
        await Safety.Until(() => Seen.Contains(seen, StringComparison.Ordinal), () => Seen);
    }

    public async Task<(int Status, string Text)> GetAsync(string path)
    {
        using var http = new HttpClient();
        using var response = await http.GetAsync(new Uri(Admin, path));
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Asks it to end; answers its exit code.</summary>
    public Task<int> EndAsync()
    {
        _process.Terminate();
        return _process.ExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await EndAsync();
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [GeneratedRegex("ready: .* gRPC on ([^,\n]+), figures on (http[^\n ]+)")]
    private static partial Regex ReadyLine();
}
