using System.Diagnostics;
using Meltemi.Transport;

namespace Meltemi.Tests.Transport.Linux;

/// <summary>A loop over real sockets that the test turns by hand until a state is reached.</summary>
internal sealed class LinuxLoop : IDisposable
{
    // Not part of any assertion: a test that waits for a state that never comes must end.
    private static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(30);

    public List<Exception> Unhandled { get; } = [];

    public EventLoop Loop { get; }

    public LinuxLoop(LoopOptions? options = null) =>
        Loop = new EventLoop(LinuxKernel.Instance, (options ?? new LoopOptions()) with { OnUnhandled = (e, _) => Unhandled.Add(e) });

    public void RunUntil(Func<bool> state)
    {
        long start = Stopwatch.GetTimestamp();
        while (!state())
        {
            Loop.RunOnce(100);
            if (Stopwatch.GetElapsedTime(start) > GiveUp)
                throw new TimeoutException("The awaited state did not come.");
        }
    }

    /// <summary>Everything must have been given back by now.</summary>
    public void AssertEmpty()
    {
        RunUntil(() => Loop.Gauges.OpenConnections == 0);
        LoopGauges gauges = Loop.Gauges;
        Assert.Equal((0, 0, 0, 0L), (gauges.OpenListeners, gauges.RentedBuffers, gauges.ScheduledTimers, gauges.RentedBytes));
        Assert.Empty(Unhandled);
    }

    public void Dispose() => Loop.Dispose();
}
