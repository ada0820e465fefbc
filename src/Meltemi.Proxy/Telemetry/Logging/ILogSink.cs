namespace Meltemi.Proxy.Telemetry.Logging;

/// <summary>Where lines of the process log go. Called from any thread, several at once.</summary>
public interface ILogSink
{
    /// <summary>Takes one line.</summary>
    void Write(LogEntry entry);
}

/// <summary>A line of the process log.</summary>
/// <param name="Time">When, UTC.</param>
/// <param name="Level">How much it matters.</param>
/// <param name="Component">Who says it, such as <c>listener</c>.</param>
/// <param name="Message">What; one sentence.</param>
public sealed record LogEntry(DateTimeOffset Time, LogLevel Level, string Component, string Message);
