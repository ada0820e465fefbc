using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;

namespace Meltemi.Interop.Tests.Support;

/// <summary>A child process that takes and gives lines. It ends when its standard input does, at the latest on disposal.</summary>
internal sealed partial class PeerProcess : IAsyncDisposable
{
    private const int HangUpSignal = 1;
    private const int TerminateSignal = 15;
    private const int ContinueSignal = 18;
    private const int StopSignal = 19;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly string _command;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly ConcurrentQueue<string> _seen = new();
    private readonly Task _outputEnded;

    private PeerProcess(Process process, string command)
    {
        _process = process;
        _command = command;
        _outputEnded = Task.WhenAll(ReadOutputAsync(), ReadErrorsAsync());
    }

    /// <summary>Of a server: where it listens.</summary>
    public IPEndPoint Address => Addresses[0];

    /// <summary>Of a process that is several servers: where each listens.</summary>
    public IReadOnlyList<IPEndPoint> Addresses { get; private set; } = [new(IPAddress.Loopback, 0)];

    public bool HasExited => _process.HasExited;

    /// <summary>The command and all its output so far, long lines cut.</summary>
    public string Seen => $"{_command}\n{string.Join('\n', _seen.Select(line => line.Length > 500 ? line[..500] + "..." : line))}";

    public static PeerProcess Start(IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? environment = null)
    {
        var utf8 = new UTF8Encoding(false);
        var info = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = utf8,
            StandardOutputEncoding = utf8,
            StandardErrorEncoding = utf8,
        };
        info.Environment["PYTHONUTF8"] = "1"; // Whatever the locale is.
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) info.Environment[name] = value;
        return new(Process.Start(info)!, string.Join(' ', command));
    }

    /// <summary>Starts a server and waits until it says <c>ready PORT</c>, or several ports.</summary>
    public static async Task<PeerProcess> ServeAsync(IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? environment = null)
    {
        var server = Start(command, environment);
        while (true)
        {
            var line = await server.ReadAsync() ?? throw new InvalidOperationException($"it ended before it was ready: {server.Seen}");
            if (!line.StartsWith("ready ", StringComparison.Ordinal)) continue;
            server.Addresses = [.. line.Split(' ')[1..].Select(port => IPEndPoint.Parse("127.0.0.1:" + port))];
            return server;
        }
    }

    /// <summary>Runs a program to its end; answers its exit code and lines.</summary>
    public static async Task<(int ExitCode, IReadOnlyList<string> Lines, string Seen)> RunAsync(
        IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? environment = null)
    {
        await using var process = Start(command, environment);
        var lines = new List<string>();
        while (await process.ReadAsync() is { } line) lines.Add(line);
        return (await process.ExitAsync(), lines, process.Seen);
    }

    /// <summary>The next line; null at the end.</summary>
    public async Task<string?> ReadAsync()
    {
        if (!await _lines.Reader.WaitToReadAsync().AsTask().WithinLimit(() => Seen)) return null;
        return await _lines.Reader.ReadAsync();
    }

    public async Task WriteAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    public void EndInput() => _process.StandardInput.Close();

    public async Task<int> ExitAsync()
    {
        await ExitedAsync().WithinLimit(() => Seen);
        return _process.ExitCode;
    }

    /// <summary>The process no longer runs, though its sockets stay open, until <see cref="Thaw"/>.</summary>
    public void Freeze() => Signal(StopSignal);

    public void Thaw() => Signal(ContinueSignal);

    public void HangUp() => Signal(HangUpSignal);

    public void Terminate() => Signal(TerminateSignal);

    /// <summary>Ends it as a crash would: its sockets close without a word.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await ExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            EndInput();
            if (await Task.WhenAny(ExitedAsync(), Task.Delay(Grace)) is Task<bool>) return;
            _process.Kill(entireProcessTree: true);
        }

        await ExitedAsync().WithinLimit(() => Seen);
        _process.Dispose();
    }

    private async Task<bool> ExitedAsync()
    {
        await _process.WaitForExitAsync();
        await _outputEnded;
        return true;
    }

    private async Task ReadOutputAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            _seen.Enqueue(line);
            _lines.Writer.TryWrite(line);
        }

        _lines.Writer.Complete();
    }

    private async Task ReadErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line) _seen.Enqueue(line);
    }

    private void Signal(int signal) => Assert.Equal(0, Kill(_process.Id, signal));

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
