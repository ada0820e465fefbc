using System.Net;
using System.Net.Sockets;
using Meltemi.Interop.Tests.Support;

namespace Meltemi.Interop.Tests.RateLimit;

/// <summary>A real Redis of one's own, that keeps nothing on disk.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private PeerProcess _process;

    private RedisServer(int port, PeerProcess process) => (Port, _process) = (port, process);

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    public static async Task<RedisServer> StartAsync()
    {
        var port = FreePort();
        return new(port, await ServeAsync(port));
    }

    /// <summary>Kill -9.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>It no longer runs, but its sockets stay open.</summary>
    public void Freeze() => _process.Freeze();

    public void Thaw() => _process.Thaw();

    /// <summary>Another one at the same place, which knows nothing.</summary>
    public async Task StartAgainAsync()
    {
        await _process.DisposeAsync();
        _process = await ServeAsync(Port);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await _process.KillAsync();
        await _process.DisposeAsync();
    }

    private static async Task<PeerProcess> ServeAsync(int port)
    {
        var process = PeerProcess.Start(["redis-server", "--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", Path.GetTempPath()]);
        while (true)
        {
            var line = await process.ReadAsync() ?? throw new InvalidOperationException($"Redis ended: {process.Seen}");
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal)) return process;
        }
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
