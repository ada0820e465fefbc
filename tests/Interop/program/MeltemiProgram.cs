using System.Net;
using System.Text.RegularExpressions;
using Meltemi.Interop.Tests.Support;

namespace Meltemi.Interop.Tests.Program;

/// <summary><c>meltemi proxy</c> as a process of its own.</summary>
internal sealed partial class MeltemiProgram : IAsyncDisposable
{
    private readonly PeerProcess _process;

    private MeltemiProgram(PeerProcess process) => _process = process;

    public string Seen => _process.Seen;

    /// <summary>The admin interface.</summary>
    public Uri Admin => new(AdminLine().Match(Seen).Groups[1].Value);

    /// <summary>Starts it and waits until it is ready.</summary>
    public static async Task<MeltemiProgram> StartAsync(string configFile)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "meltemi.dll");
        var process = PeerProcess.Start(["dotnet", "exec", program, "proxy", "-c", configFile, "--loops", "2"]);
        var meltemi = new MeltemiProgram(process);
        await Safety.Until(() => process.HasExited || AdminLine().IsMatch(process.Seen), () => process.Seen);
        Assert.False(process.HasExited, process.Seen);
        return meltemi;
    }

    /// <summary>Port of a listener.</summary>
    public int PortOf(string listener) =>
        IPEndPoint.Parse(ListenerLine().Matches(Seen).Single(match => match.Groups[1].Value == listener).Groups[2].Value).Port;

    /// <summary>Has it read its configuration again, and waits until that is in force.</summary>
    public async Task ReloadAsync()
    {
        _process.HangUp();
        await Safety.Until(() => _process.HasExited || Seen.Contains("the new configuration "), () => Seen);
    }

    /// <summary>Asks it to end; answers its exit code.</summary>
    public Task<int> EndAsync()
    {
        _process.Terminate();
        return _process.ExitAsync();
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    [GeneratedRegex("listener (.+) on (127[^\n]+)")]
    private static partial Regex ListenerLine();

    [GeneratedRegex("ready: .* admin on (http[^\n ]+)")]
    private static partial Regex AdminLine();
}
