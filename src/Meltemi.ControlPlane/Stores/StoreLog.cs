using Microsoft.Extensions.Logging;

namespace Meltemi.ControlPlane.Stores;

/// <summary>What the stores log.</summary>
internal static partial class StoreLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Source}: {Message}")]
    public static partial void SourceProblem(ILogger logger, string source, string message);

    [LoggerMessage(2, LogLevel.Information, "{Source}: no more problems")]
    public static partial void SourceGood(ILogger logger, string source);

    [LoggerMessage(3, LogLevel.Warning, "resources cannot be written: {Reason}")]
    public static partial void ReadOnly(ILogger logger, string reason);

    [LoggerMessage(4, LogLevel.Information, "resources can be written again")]
    public static partial void Writable(ILogger logger);

    [LoggerMessage(5, LogLevel.Warning, "{Path} is not written, so that versions and ages will be new after a restart: {Reason}")]
    public static partial void JournalProblem(ILogger logger, string path, string reason);

    [LoggerMessage(6, LogLevel.Error, "looking at the files failed; what was read before stays in force")]
    public static partial void LookFailed(ILogger logger, Exception exception);

    [LoggerMessage(7, LogLevel.Information, "etcd at {Endpoint} is in use")]
    public static partial void Connected(ILogger logger, Uri endpoint);
}
