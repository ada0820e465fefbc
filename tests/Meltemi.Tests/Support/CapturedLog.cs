using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Meltemi.Proxy.Telemetry.Logging;

namespace Meltemi.Tests.Support;

/// <summary>Keeps the process log of a test, and knows which warnings and errors the test announced.</summary>
internal sealed class CapturedLog : ILogSink
{
    private readonly ConcurrentQueue<LogEntry> _entries = new();
    private readonly ConcurrentQueue<Regex> _announced = new();

    public CapturedLog() => Log = new Log(this, LogLevel.Trace, "test");

    public Log Log { get; }

    public IReadOnlyCollection<LogEntry> Entries => _entries;

    /// <summary>Says that an error whose message matches is part of the test, and has to come.</summary>
    public void Expect(string pattern) => _announced.Enqueue(new Regex(pattern));

    public void Write(LogEntry entry) => _entries.Enqueue(entry);

    /// <summary>Fails on errors that nobody announced, and on announced ones that did not come.</summary>
    public void Verify()
    {
        var errors = _entries.Where(entry => entry.Level >= LogLevel.Error).ToList();
        var surprises = errors.Where(entry => !_announced.Any(pattern => pattern.IsMatch(entry.Message))).ToList();
        Assert.True(surprises.Count == 0, $"logged and not announced: {string.Join("; ", surprises)}");
        var missing = _announced.Where(pattern => !errors.Any(entry => pattern.IsMatch(entry.Message))).ToList();
        Assert.True(missing.Count == 0, $"announced and not logged: {string.Join("; ", missing)}");
    }
}

/// <summary>Base of tests over code that logs: a test fails when an error was logged that it did not announce.</summary>
public abstract class LoggedTest : IDisposable
{
    private readonly CapturedLog _captured = new();

    /// <summary>The log to hand to the code under test.</summary>
    protected Log Log => _captured.Log;

    /// <summary>All that was logged so far.</summary>
    protected IReadOnlyCollection<LogEntry> Logged => _captured.Entries;

    /// <summary>Announces an error.</summary>
    protected void ExpectError(string pattern) => _captured.Expect(pattern);

    public virtual void Dispose()
    {
        GC.SuppressFinalize(this);
        _captured.Verify();
    }
}
