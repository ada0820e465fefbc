using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Meltemi.Bench.Lab.Engine;
using Meltemi.Bench.Lab.Load;

namespace Meltemi.Bench.Lab.Arms;

/// <summary>A way from the generator to the upstream: none between, or a proxy that the lab starts and ends.</summary>
internal abstract class Arm : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Name as in <c>--arms</c> and the table.</summary>
    public abstract string Name { get; }

    /// <summary>Where it listens.</summary>
    protected virtual IReadOnlyDictionary<Lane, int> Ports { get; } = Lane.All.ToDictionary(lane => lane, _ => FreePort.Next());

    /// <summary>The proxy; null for the direct way.</summary>
    public ChildProcess? Process { get; protected set; }

    public IPEndPoint EndPoint(Lane lane) => new(IPAddress.Loopback, Ports[lane]);

    /// <summary>Processor time used so far by all of the proxy's processes.</summary>
    public long CpuNanoseconds() => Process?.Family().Sum(CpuClock.Nanoseconds) ?? 0;

    /// <summary>Resident memory of all of the proxy's processes; pages that they share count for each.</summary>
    public long ResidentBytes() => Process?.Family().Sum(ResidentBytes) ?? 0;

    /// <summary>The part of it that no other process has mapped: what ending the proxy would free, but for the page cache.</summary>
    public long PrivateBytes() => Process?.Family().Sum(PrivateBytes) ?? 0;

    /// <summary>Open files and sockets of all of the proxy's processes.</summary>
    public int OpenDescriptors() => Process?.Family().Sum(pid => Directory.GetFiles($"/proc/{pid}/fd").Length) ?? 0;

    /// <summary>Starts the proxy; returns without waiting.</summary>
    public abstract void Start();

    /// <summary>Waits until the proxy accepts connections.</summary>
    public virtual void WaitUntilReady() => WaitUntil(() => Ports.Values.All(Accepts));

    public virtual void Dispose() => Process?.Dispose();

    /// <summary>Asks again and again; throws if the proxy ends or takes too long.</summary>
    public void WaitUntil(Func<bool> condition)
    {
        var end = Clock.Now + Patience.Ticks * 100;
        while (!condition())
        {
            if (Process is { HasExited: true })
                throw Process.Failed("ended");
            if (Clock.Now > end)
                throw (Exception?)Process?.Failed("is not ready") ?? new TimeoutException("The upstream is not ready.");
            Thread.Sleep(1);
        }
    }

    private static bool Accepts(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static long PrivateBytes(int pid) =>
        // Private_Clean:      1234 kB
        File.ReadLines($"/proc/{pid}/smaps_rollup")
            .Where(line => line.StartsWith("Private_", StringComparison.Ordinal))
            .Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024);

    private static long ResidentBytes(int pid)
    {
        // Second word: resident pages.
        var words = File.ReadAllText($"/proc/{pid}/statm").Split(' ');
        return long.Parse(words[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
    }
}
