using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Meltemi.ControlPlane.Stores;
using Meltemi.ControlPlane.Stores.Etcd;
using Meltemi.ControlPlane.Tests.Stores.Files;

namespace Meltemi.ControlPlane.Tests.Stores.Etcd;

/// <summary>A real etcd of one's own, with its data in memory, where nothing waits for a disk.</summary>
public sealed class EtcdServer : IAsyncLifetime
{
    private static readonly string MemoryDirectory = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    private readonly string _data = Path.Combine(MemoryDirectory, $"meltemi-etcd-{Guid.NewGuid():N}");
    private readonly HttpClient _http = new();
    private readonly ConcurrentQueue<string> _said = new();
    private Process? _process;

    public EtcdServer() => (Endpoint, Peer) = (new($"http://127.0.0.1:{FreePort()}"), new($"http://127.0.0.1:{FreePort()}"));

    /// <summary>Where clients connect.</summary>
    public Uri Endpoint { get; set; }

    private Uri Peer { get; }

    /// <summary>Further arguments.</summary>
    public string[] Arguments { get; set; } = [];

    public async Task InitializeAsync()
    {
        if (NeedsEtcdAttribute.SkipReason is null) await StartAsync();
    }

    public async Task StartAsync(bool wait = true)
    {
        string[] arguments =
        [
            "--name", "one", "--data-dir", _data, "--log-level", "error", "--logger", "zap",
            "--listen-client-urls", Text(Endpoint), "--advertise-client-urls", Text(Endpoint),
            "--listen-peer-urls", Text(Peer), "--initial-advertise-peer-urls", Text(Peer), "--initial-cluster", $"one={Text(Peer)}",
            .. Arguments,
        ];
        _process = Process.Start(new ProcessStartInfo("etcd", arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _process.ErrorDataReceived += (_, line) => _said.Enqueue(line.Data ?? "");
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        if (!wait) return;
        using var timeout = new CancellationTokenSource(Wait.Limit);
        while (!await AnswersAsync())
        {
            if (timeout.IsCancellationRequested || _process.HasExited) throw new InvalidOperationException($"etcd did not start: {string.Join('\n', _said)}");
            await Task.Delay(20);
        }
    }

    /// <summary>Kill -9.</summary>
    public async Task KillAsync()
    {
        if (_process is null) return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Loses all data of a server that does not run.</summary>
    public void Wipe() => Directory.Delete(_data, recursive: true);

    public async Task<JsonNode> CallAsync(string path, JsonObject request, string? token = null)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(Endpoint, path));
        message.Content = new StringContent(request.ToJsonString(), Encoding.UTF8, "application/json");
        if (token is not null) message.Headers.TryAddWithoutValidation("Authorization", token);
        using var response = await _http.SendAsync(message);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new InvalidOperationException($"{path}: {text}");
    }

    public async Task<long> PutAsync(string key, string value)
    {
        var answer = await CallAsync("/v3/kv/put", new() { ["key"] = Base64(key), ["value"] = Base64(value) });
        return long.Parse((string)answer["header"]!["revision"]!);
    }

    public Task DeleteAsync(string key) => CallAsync("/v3/kv/deleterange", new() { ["key"] = Base64(key) });

    public Task CompactAsync(long revision) => CallAsync("/v3/kv/compaction", new() { ["revision"] = revision, ["physical"] = true });

    internal static EtcdStore Open(Uri endpoint, string prefix, CapturedLog? log = null) => Open(new EtcdStoreOptions
    {
        Endpoints = [endpoint],
        Prefix = prefix,
    }, log);

    internal static EtcdStore Open(EtcdStoreOptions options, CapturedLog? log = null) => new(
        options with { FirstRetry = TimeSpan.FromMilliseconds(20), LongestRetry = TimeSpan.FromMilliseconds(200) }, log ?? new());

    public async Task DisposeAsync()
    {
        await KillAsync();
        _http.Dispose();
        if (Directory.Exists(_data)) Wipe();
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await CallAsync("/v3/kv/range", new() { ["key"] = Base64("x") });
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (InvalidOperationException e)
        {
            return e.Message.Contains("user name is empty", StringComparison.Ordinal);
        }
    }

    // etcd wants no slash at the end.
    private static string Text(Uri address) => address.GetLeftPart(UriPartial.Authority);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
