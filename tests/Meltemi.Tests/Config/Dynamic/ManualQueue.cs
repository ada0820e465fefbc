using Meltemi.Xds.Client;

namespace Meltemi.Tests.Config.Dynamic;

/// <summary>A queue that runs on the test's thread, when the test says so.</summary>
internal sealed class ManualQueue : ISerialQueue
{
    private readonly Clock _clock = new();
    private readonly Queue<Action> _actions = new();
    private readonly List<Entry> _delayed = [];

    public TimeProvider Time => _clock;

    /// <summary>Timers that wait.</summary>
    public int Delayed => _delayed.Count;

    public void Post(Action action)
    {
        lock (_actions) _actions.Enqueue(action);
    }

    public IDisposable After(TimeSpan delay, Action action)
    {
        var entry = new Entry(this, _clock.Now + delay, action);
        _delayed.Add(entry);
        return entry;
    }

    /// <summary>Runs what is there, and what that brings.</summary>
    public void RunAll()
    {
        while (true)
        {
            Action? next;
            lock (_actions)
            {
                if (!_actions.TryDequeue(out next)) return;
            }

            next();
        }
    }

    /// <summary>Lets time pass.</summary>
    public void Advance(TimeSpan by)
    {
        var end = _clock.Now + by;
        RunAll();
        while (_delayed.MinBy(entry => entry.Due) is { } first && first.Due <= end)
        {
            _clock.Now = first.Due;
            _delayed.Remove(first);
            first.Action();
            RunAll();
        }

        _clock.Now = end;
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => Now.Ticks;
    }

    private sealed record Entry(ManualQueue Queue, DateTimeOffset Due, Action Action) : IDisposable
    {
        public void Dispose() => Queue._delayed.RemoveAll(entry => ReferenceEquals(entry, this));
    }
}
