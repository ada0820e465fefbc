using Meltemi.Proxy.Config;

namespace Meltemi.Program;

/// <summary>
/// How many event loops a proxy runs unless it is told. One that stands beside an application leaves it the other half of the cores: whatever goes
/// through the proxy costs the application more than the proxy, so half is enough, and fewer loops put more requests into each send. A gateway has
/// the machine for itself.
/// </summary>
internal static class LoopCount
{
    // The node id of a gateway as Istio writes it: router~IP~NAME.NAMESPACE~DOMAIN.
    private const string Gateway = "router~";

    /// <summary>Number of loops: what was asked for; 0: all cores for a gateway, half of them, at least one, for all else.</summary>
    public static int For(int asked, NodeConfig node, int cores) =>
        asked > 0 ? asked : node.Id.StartsWith(Gateway, StringComparison.Ordinal) ? cores : Math.Max(1, cores / 2);
}
