using Meltemi.Proxy.Telemetry.Logging;
using Microsoft.Extensions.Logging;
using LogLevel = Meltemi.Proxy.Telemetry.Logging.LogLevel;
using TheirLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Meltemi.Program;

/// <summary>The process log behind the interface that the control plane logs to, so that one process writes one log.</summary>
internal sealed class LoggerFactory(Log root) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new Logger(root.For(categoryName));

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("the process log is the only one");

    public void Dispose()
    {
    }

    private sealed class Logger(Log log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(TheirLevel logLevel) => log.IsEnabled(Ours(logLevel));

        public void Log<TState>(TheirLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is null) log.Write(Ours(logLevel), formatter(state, exception));
            else log.Write(Ours(logLevel), formatter(state, exception), exception);
        }

        private static LogLevel Ours(TheirLevel level) => level switch
        {
            TheirLevel.Trace => LogLevel.Trace,
            TheirLevel.Debug => LogLevel.Debug,
            TheirLevel.Information => LogLevel.Info,
            TheirLevel.Warning => LogLevel.Warning,
            TheirLevel.None => LogLevel.Off,
            _ => LogLevel.Error,
        };
    }
}
