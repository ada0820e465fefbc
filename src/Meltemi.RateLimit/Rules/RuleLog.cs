using Microsoft.Extensions.Logging;

namespace Meltemi.RateLimit.Rules;

/// <summary>What the reading of limits logs.</summary>
internal static partial class RuleLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Directory} cannot be read: {Reason}")]
    public static partial void CannotRead(ILogger logger, string directory, string reason);

    [LoggerMessage(2, LogLevel.Warning, "{File}:{Problem}")]
    public static partial void Problem(ILogger logger, string file, string problem);

    [LoggerMessage(3, LogLevel.Warning, "the new limits have errors; the old ones stay in force")]
    public static partial void Kept(ILogger logger);

    [LoggerMessage(4, LogLevel.Information, "new limits are in force: {Domains} domains from {Files} files")]
    public static partial void Loaded(ILogger logger, int domains, int files);
}
