namespace Meltemi.Tests.Support;

/// <summary>A clock that goes only when told, and whose timers fire then.</summary>
internal sealed class ManualTimers : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Timer> _armed = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now.Ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Completes once so many timers wait for their time.</summary>
    public Task Armed(int count = 1)
    {
        lock (_gate)
        {
            if (_armed.Count >= count) return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((count, reached));
            return reached.Task.WaitAsync(TimeSpan.FromMinutes(1));
        }
    }

    /// <summary>Number of timers that wait for their time.</summary>
    public int ArmedCount
    {
        get
        {
            lock (_gate) return _armed.Count;
        }
    }

    /// <summary>Waits for so many timers, then goes to the time of the first of them and fires it. Returns how far that was.</summary>
    public async Task<TimeSpan> FireNext(int armed = 1)
    {
        await Armed(armed);
        Timer first;
        TimeSpan interval;
        lock (_gate)
        {
            first = _armed.MinBy(timer => timer.Due)!;
            _armed.Remove(first);
            interval = first.Due - _now;
            _now = first.Due;
        }

        first.Fire();
        return interval;
    }

    private sealed class Timer(ManualTimers clock, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan Due { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._armed.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                Due = clock._now + dueTime;
                clock._armed.Add(this);
                foreach (var (_, reached) in clock._waiting.Where(waiting => clock._armed.Count >= waiting.Count)) reached.TrySetResult();
                clock._waiting.RemoveAll(waiting => waiting.Reached.Task.IsCompleted);
                return true;
            }
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
