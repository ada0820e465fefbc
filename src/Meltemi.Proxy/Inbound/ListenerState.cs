using Meltemi.Proxy.Config;
using Meltemi.Proxy.Inbound.Recognition;
using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Inbound;

/// <summary>A listener as it runs, shared by the listening sockets of all loops.</summary>
internal sealed class ListenerState(ListenerConfig config, ListenerStats stats, Log log)
{
    private volatile ListenerChains _chains = new(null, null);

    public ListenerConfig Config { get; private set; } = config;

    public ListenerStats Stats { get; } = stats;

    public Log Log { get; } = log;

    /// <summary>The chains in force.</summary>
    public ListenerChains Chains => _chains;

    /// <summary>
    /// Bytes of answers that one client may leave untaken: four high watermarks and two of the largest messages. Beyond that it is cut off.
    /// </summary>
    public int MaxPendingBytes => 4 * Config.BufferLimitBytes + 16 * 1024 * 1024;

    public void Use(ListenerConfig config, ListenerChains chains)
    {
        Config = config;
        _chains = chains;
    }

    /// <summary>Its configuration got other routes.</summary>
    public void Use(ListenerConfig config) => Config = config;
}

/// <summary>A listener's chains: one for all connections, or some for those that are recognised and one, if any, for the others.</summary>
internal sealed record ListenerChains(ChainState? Others, Recogniser? Recogniser)
{
    public IEnumerable<ChainState> All => (Recogniser?.Chains ?? []).Concat(Others is null ? [] : [Others]);

    public ChainState? Find(string name) => All.FirstOrDefault(chain => chain.Name == name);
}
