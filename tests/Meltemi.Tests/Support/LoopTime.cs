using Meltemi.Transport;

namespace Meltemi.Tests.Support;

/// <summary>A loop's clock for code that works off the loops: its timers fire when the test moves the kernel's time, on the test's thread.</summary>
internal sealed class LoopTime(MemoryKernel kernel, Func<EventLoop> loop) : TimeProvider
{
    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => kernel.Nanoseconds;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddMilliseconds(kernel.NowMilliseconds);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (period != Timeout.InfiniteTimeSpan) throw new NotSupportedException("a timer that starts itself anew");
        var timer = new Timer(loop(), callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(EventLoop loop, TimerCallback callback, object? state) : LoopTimer, ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Cancel();
            if (dueTime != Timeout.InfiniteTimeSpan) loop.Schedule(this, (int)dueTime.TotalMilliseconds);
            return true;
        }

        public void Dispose() => Cancel();

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        protected internal override void OnExpired() => callback(state);
    }
}
