namespace Meltemi.Proxy.Telemetry.Logging;

/// <summary>How much a line of the process log matters.</summary>
public enum LogLevel : byte
{
    /// <summary>Every step.</summary>
    Trace,

    /// <summary>What somebody needs who looks for a fault.</summary>
    Debug,

    /// <summary>What somebody wants to know who operates the proxy.</summary>
    Info,

    /// <summary>Something is not as it should be, and the proxy copes.</summary>
    Warning,

    /// <summary>Something does not work.</summary>
    Error,

    /// <summary>Nothing is logged at this level: as a threshold it silences the log.</summary>
    Off,
}

/// <summary>Names of levels.</summary>
public static class LogLevels
{
    private static readonly string[] Names = ["trace", "debug", "info", "warning", "error", "off"];

    /// <summary>All names, from <c>trace</c> to <c>off</c>.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>Lower-case name.</summary>
    public static string Name(this LogLevel level) => Names[(int)level];

    /// <summary>The level of a name in any case; also <c>warn</c>, and <c>critical</c> for error.</summary>
    public static bool TryParse(string? name, out LogLevel level)
    {
        var lower = name?.ToLowerInvariant() switch { "warn" => "warning", "critical" => "error", var other => other };
        var index = Array.IndexOf(Names, lower);
        level = index < 0 ? LogLevel.Info : (LogLevel)index;
        return index >= 0;
    }
}
