using System.Diagnostics;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.Transport;

namespace Meltemi.Proxy;

/// <summary>A <see cref="DataPlane"/> on real sockets: the loops with a thread each, from start to drained end.</summary>
public sealed class ProxyHost : IDisposable
{
    private readonly EventLoop[] _loops;
    private readonly Thread[] _threads;

    /// <summary>Starts the loops; nothing listens yet.</summary>
    /// <param name="loops">Number of event loops; 0: one per core.</param>
    /// <param name="options">Options of the data plane.</param>
    public ProxyHost(int loops = 0, DataPlaneOptions? options = null)
    {
        var log = (options?.Log ?? Log.None).For("loop");
        var loopOptions = new LoopOptions { OnUnhandled = (e, _) => log.Error("a connection was aborted because of an error in the proxy", e) };
        _loops = new EventLoop[loops > 0 ? loops : Environment.ProcessorCount];
        for (var i = 0; i < _loops.Length; i++) _loops[i] = new EventLoop(LinuxKernel.Instance, loopOptions, i);
        DataPlane = new DataPlane(_loops, options);
        _threads = Array.ConvertAll(_loops, loop => new Thread(loop.Run) { Name = $"loop-{loop.Index}", IsBackground = true });
        foreach (var thread in _threads) thread.Start();
    }

    /// <summary>The proxy.</summary>
    public DataPlane DataPlane { get; }

    /// <summary>The loops, for their gauges.</summary>
    public IReadOnlyList<EventLoop> Loops => _loops;

    /// <summary>Takes over a configuration and waits until every loop runs by it.</summary>
    /// <returns>What could not be done, one line each.</returns>
    public IReadOnlyList<string> Apply(ProxyConfig config)
    {
        var problems = DataPlane.Apply(config);
        WaitForLoops();
        return problems;
    }

    /// <summary>
    /// Stops accepting, lets what is in flight finish for at most <paramref name="limit"/>, then ends the rest.
    /// </summary>
    /// <returns>Whether everything finished by itself.</returns>
    public async Task<bool> DrainAsync(TimeSpan limit, CancellationToken atOnce = default)
    {
        DataPlane.Drain();
        WaitForLoops();
        var clock = Stopwatch.StartNew();
        while (DataPlane.OpenConnections > 0 && clock.Elapsed < limit && !atOnce.IsCancellationRequested)
        {
            await Task.Delay(20, CancellationToken.None).ConfigureAwait(false);
        }

        var finished = DataPlane.OpenConnections == 0;
        DataPlane.Abort();
        WaitForLoops();
        return finished;
    }

    /// <summary>Stops the loops; what is open ends.</summary>
    public void Dispose()
    {
        foreach (var loop in _loops) loop.Stop();
        foreach (var thread in _threads) thread.Join();
        foreach (var loop in _loops) loop.Dispose();
        DataPlane.AccessLogs.Dispose();
    }

    /// <summary>Returns when every loop has done what was posted to it before.</summary>
    public void WaitForLoops()
    {
        using var done = new CountdownEvent(_loops.Length);
        foreach (var loop in _loops) loop.Post(static done => ((CountdownEvent)done!).Signal(), done);
        done.Wait();
    }
}
