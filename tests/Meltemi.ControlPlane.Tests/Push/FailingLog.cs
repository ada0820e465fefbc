using Microsoft.Extensions.Logging;

namespace Meltemi.ControlPlane.Tests.Push;

/// <summary>A log in which nothing may be written that is an error.</summary>
internal sealed class FailingLog : ILogger
{
    public static FailingLog Instance { get; } = new();

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) throw new InvalidOperationException($"an error was logged: {formatter(state, exception)}", exception);
    }
}
