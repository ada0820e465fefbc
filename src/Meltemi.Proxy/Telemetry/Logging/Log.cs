namespace Meltemi.Proxy.Telemetry.Logging;

/// <summary>
/// The process log of one component. All logs made from one root share its sink and its level, which can be changed while running.
/// For what happens rarely: requests belong in the access log and the figures.
/// </summary>
public sealed class Log
{
    private readonly Root _root;
    private readonly string _component;

    /// <summary>A root log.</summary>
    /// <param name="sink">Where lines go.</param>
    /// <param name="level">Lines below are not written.</param>
    /// <param name="component">Component of lines written to the root itself.</param>
    /// <param name="time">Clock; null: the system's.</param>
    public Log(ILogSink sink, LogLevel level = LogLevel.Info, string component = "main", TimeProvider? time = null)
        : this(new Root(sink, time ?? TimeProvider.System) { Level = level }, component)
    {
    }

    private Log(Root root, string component)
    {
        _root = root;
        _component = component;
    }

    /// <summary>A log that goes nowhere.</summary>
    public static Log None { get; } = new(new NoSink(), LogLevel.Off);

    /// <summary>Lines below are not written; for all components at once.</summary>
    public LogLevel Level
    {
        get => _root.Level;
        set => _root.Level = value;
    }

    /// <summary>The log of a component.</summary>
    public Log For(string component) => new(_root, component);

    /// <summary>Whether such a line would be written: ask before composing a costly one.</summary>
    public bool IsEnabled(LogLevel level) => level >= _root.Level && level < LogLevel.Off;

    /// <summary>Writes a line.</summary>
    public void Write(LogLevel level, string message)
    {
        if (IsEnabled(level)) _root.Sink.Write(new LogEntry(_root.Time.GetUtcNow(), level, _component, message));
    }

    /// <summary>Writes <c>message: exception's type and text</c>; at debug level and below with its stack.</summary>
    public void Write(LogLevel level, string message, Exception exception)
    {
        if (!IsEnabled(level)) return;
        Write(level, IsEnabled(LogLevel.Debug) ? $"{message}: {exception}" : $"{message}: {exception.GetType().Name}: {exception.Message}");
    }

    /// <summary>Writes at <see cref="LogLevel.Trace"/>.</summary>
    public void Trace(string message) => Write(LogLevel.Trace, message);

    /// <summary>Writes at <see cref="LogLevel.Debug"/>.</summary>
    public void Debug(string message) => Write(LogLevel.Debug, message);

    /// <summary>Writes at <see cref="LogLevel.Info"/>.</summary>
    public void Info(string message) => Write(LogLevel.Info, message);

    /// <summary>Writes at <see cref="LogLevel.Warning"/>.</summary>
    public void Warning(string message) => Write(LogLevel.Warning, message);

    /// <summary>Writes at <see cref="LogLevel.Warning"/>.</summary>
    public void Warning(string message, Exception exception) => Write(LogLevel.Warning, message, exception);

    /// <summary>Writes at <see cref="LogLevel.Error"/>.</summary>
    public void Error(string message) => Write(LogLevel.Error, message);

    /// <summary>Writes at <see cref="LogLevel.Error"/>.</summary>
    public void Error(string message, Exception exception) => Write(LogLevel.Error, message, exception);

    private sealed class Root(ILogSink sink, TimeProvider time)
    {
        private volatile LogLevel _level;

        public ILogSink Sink => sink;

        public TimeProvider Time => time;

        public LogLevel Level
        {
            get => _level;
            set => _level = value;
        }
    }

    private sealed class NoSink : ILogSink
    {
        public void Write(LogEntry entry)
        {
        }
    }
}
