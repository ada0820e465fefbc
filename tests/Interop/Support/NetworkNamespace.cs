using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Meltemi.Interop.Tests.Support;

/// <summary>
/// A network of its own, with nothing but a loopback interface and firewall rules that nobody else sees. It belongs to a thread: processes, threads and sockets
/// that are made on it are in it. That may be a thread of the pool too, on which other tests would listen where nobody finds them: tests with a namespace have the
/// trait <c>Process=own</c>, and ./test runs them in a process of their own.
/// </summary>
internal static partial class NetworkNamespace
{
    private const int NewNetwork = 0x40000000;

    private static readonly Lazy<string?> Refusal = new(() => Try("unshare", "--net", "nft", "list", "ruleset"));

    /// <summary>Why there cannot be one here; null: there can.</summary>
    public static string? ReasonToSkip => Refusal.Value;

    /// <summary>Runs a test in a new one: whatever it awaits, it goes on on the same thread.</summary>
    public static async Task RunAsync(Func<Task> test)
    {
        await Task.WhenAll(Peers.InstalledAsync(), Peers.GeneratedAsync()); // from inside nothing can be fetched
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                Assert.True(Unshare(NewNetwork) == 0, $"unshare: {Marshal.GetLastPInvokeErrorMessage()}");
                Run("ip", "link", "set", "lo", "up");
                Pump.Run(test);
                ended.SetResult();
            }
            catch (Exception e)
            {
                ended.SetException(e);
            }
        })
        { IsBackground = true, Name = "network namespace" }.Start();
        await ended.Task;
    }

    /// <summary>Runs a program in it, such as nft.</summary>
    public static void Run(params string[] command)
    {
        var problem = Try(command);
        Assert.True(problem is null, problem);
    }

    private static string? Try(params string[] command)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.StandardOutput.ReadToEnd();
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"{string.Join(' ', command)}: {errors.Trim()}";
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return e.Message;
        }
    }

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);

    /// <summary>What is posted to it runs on the thread that waits for the test.</summary>
    private sealed class Pump : SynchronizationContext
    {
        private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _posted = [];

        public static void Run(Func<Task> test)
        {
            var pump = new Pump();
            SetSynchronizationContext(pump);
            var running = test();
            running.ContinueWith(_ => pump._posted.CompleteAdding(), TaskScheduler.Default);
            foreach (var (callback, state) in pump._posted.GetConsumingEnumerable()) callback(state);
            running.GetAwaiter().GetResult();
        }

        public override void Post(SendOrPostCallback d, object? state) => _posted.Add((d, state));
    }
}
