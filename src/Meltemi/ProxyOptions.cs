using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Telemetry.Logging;

namespace Meltemi.Program;

/// <summary>What <c>meltemi proxy</c> was asked to do, with the configuration already loaded and valid.</summary>
public sealed record ProxyOptions
{
    /// <summary>What to run by.</summary>
    public required ProxyConfig Config { get; init; }

    /// <summary>Reads the configuration again; null, with its problems printed, if it cannot be used.</summary>
    public required Func<ProxyConfig?> Reload { get; init; }

    /// <summary>The protocols that are known, for resources from a control plane.</summary>
    public required CodecRegistry Codecs { get; init; }

    /// <summary>Where the configuration that was accepted from a control plane is kept; empty: nowhere.</summary>
    public string StateDirectory { get; init; } = "";

    /// <summary>Options of the command line, by name, for the admin interface.</summary>
    public IReadOnlyDictionary<string, string> CommandLine { get; init; } = new Dictionary<string, string>();

    /// <summary>Number of event loops; 0: see <see cref="LoopCount"/>.</summary>
    public int Loops { get; init; }

    /// <summary>How long requests in flight may go on after SIGTERM. Default 10 s.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Least level of the process log. Default info.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Info;
}
