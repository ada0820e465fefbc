using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Meltemi.ControlPlane.Tests.Xds.Grpc;

/// <summary>Keeps what is logged from warnings on.</summary>
internal sealed class ListLog : ILoggerFactory, ILogger
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) Lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception?.Message}".TrimEnd());
    }

    public void Dispose()
    {
    }
}
