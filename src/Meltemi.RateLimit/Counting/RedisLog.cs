using Microsoft.Extensions.Logging;

namespace Meltemi.RateLimit.Counting;

/// <summary>What is logged about the connection to Redis.</summary>
internal static partial class RedisLog
{
    [LoggerMessage(1, LogLevel.Warning, "the connection to Redis at {Where} is lost: {Reason}")]
    public static partial void Lost(ILogger logger, string where, string reason);

    [LoggerMessage(2, LogLevel.Information, "connected to Redis at {Where} again")]
    public static partial void Restored(ILogger logger, string where);

    [LoggerMessage(3, LogLevel.Warning, "Redis cannot be reached yet; trying again until it can")]
    public static partial void NotYet(ILogger logger);
}
