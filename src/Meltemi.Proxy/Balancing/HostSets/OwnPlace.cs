using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Balancing.HostSets;

/// <summary>Where this proxy stands, and who stands beside it: what zone aware routing needs besides the endpoints.</summary>
/// <param name="locality">The proxy's place.</param>
/// <param name="peers">The endpoints of the cluster that the proxy is one of, as they are now; null: that is not known.</param>
public sealed class OwnPlace(LocalityConfig locality, Func<EndpointSet?> peers)
{
    /// <summary>Nothing is known.</summary>
    public static OwnPlace Unknown { get; } = new(LocalityConfig.None, static () => null);

    /// <summary>The proxy's place.</summary>
    public LocalityConfig Locality { get; } = locality;

    /// <summary>The endpoints of the cluster that the proxy is one of; null: that is not known.</summary>
    public EndpointSet? Peers => peers();
}
