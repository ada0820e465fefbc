using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Meltemi.Bench.ControlPlane;

/// <summary>
/// The proxies as a process of their own, so that what they need is not counted as the controller's. The parent writes <c>connect</c>, <c>disconnect</c> or nothing
/// more (the end) to its input.
/// </summary>
internal sealed class ProxiesProcess : IClients
{
    private readonly Process _process;

    /// <summary>Starts it.</summary>
    public ProxiesProcess(IPEndPoint controller, int count)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true };
        foreach (var word in new[] { typeof(ProxiesProcess).Assembly.Location, "proxies", "--address", $"http://{controller}", "--proxies", count.ToString(CultureInfo.InvariantCulture) })
            start.ArgumentList.Add(word);
        _process = Process.Start(start) ?? throw new InvalidOperationException("the process of the proxies did not start");
    }

    /// <summary>What that process does.</summary>
    public static async Task<int> ServeAsync(Uri address, int count)
    {
        CancellationTokenSource? connected = null;
        var running = Task.CompletedTask;
        while (await Console.In.ReadLineAsync() is { } order)
        {
            if (order == "connect")
            {
                connected = new();
                running = Task.WhenAll(Enumerable.Range(0, count).Select(i => RunAsync(address, i, connected.Token)));
            }
            else if (connected is not null)
            {
                await connected.CancelAsync();
                await running;
                connected.Dispose();
                connected = null;
            }
        }

        if (connected is null) return 0;
        await connected.CancelAsync();
        await running;
        connected.Dispose();
        return 0;
    }

    /// <inheritdoc/>
    public Task ConnectAsync() => _process.StandardInput.WriteLineAsync("connect");

    /// <inheritdoc/>
    public Task DisconnectAsync() => _process.StandardInput.WriteLineAsync("disconnect");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task RunAsync(Uri address, int proxy, CancellationToken cancel)
    {
        using var client = new AdsProxy(address, proxy);
        await client.RunAsync(cancel);
    }
}
