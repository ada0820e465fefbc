namespace Meltemi.Proxy.Telemetry.Logging;

/// <summary>
/// Keeps a fault that repeats from filling the disk. In each window of time (5 s) the same line is written once, and a component writes at
/// most a number of lines (100) of one level; what was held back is told as a number when the window is over, at the next line or
/// with <see cref="Flush"/>. Debug and trace lines pass: who switched them on wants them all.
/// </summary>
public sealed class RateLimitedSink(ILogSink next, TimeProvider? time = null, int linesPerWindow = 100) : ILogSink
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Dictionary<(LogLevel Level, string Component), Group> _groups = [];

    /// <inheritdoc/>
    public void Write(LogEntry entry)
    {
        if (entry.Level < LogLevel.Info)
        {
            next.Write(entry);
            return;
        }

        lock (_lock)
        {
            CloseWindows(all: false);
            var key = (entry.Level, entry.Component);
            if (!_groups.TryGetValue(key, out var group)) _groups[key] = group = new Group(_time.GetTimestamp());
            if (group.Repeats.TryGetValue(entry.Message, out var repeats))
            {
                group.Repeats[entry.Message] = repeats + 1;
                return;
            }

            if (group.Repeats.Count >= linesPerWindow)
            {
                group.HeldBack++;
                return;
            }

            group.Repeats[entry.Message] = 0;
            next.Write(entry);
        }
    }

    /// <summary>Tells what was held back so far.</summary>
    public void Flush()
    {
        lock (_lock) CloseWindows(all: true);
    }

    private void CloseWindows(bool all)
    {
        foreach (var (key, group) in _groups)
        {
            if (!all && _time.GetElapsedTime(group.Start) < Window) continue;
            _groups.Remove(key);
            foreach (var (message, repeats) in group.Repeats)
            {
                if (repeats > 0) Tell(key, $"{message} (repeated {repeats} times)");
            }

            if (group.HeldBack > 0) Tell(key, $"{group.HeldBack} further lines were held back");
        }
    }

    private void Tell((LogLevel Level, string Component) key, string message) =>
        next.Write(new LogEntry(_time.GetUtcNow(), key.Level, key.Component, message));

    private sealed class Group(long start)
    {
        public long Start => start;

        public Dictionary<string, int> Repeats { get; } = new(StringComparer.Ordinal);

        public int HeldBack { get; set; }
    }
}
