namespace Meltemi.ControlPlane.Services;

/// <summary>What is the same for the whole mesh.</summary>
public sealed record MeshOptions
{
    /// <summary>Namespace whose Sidecars, DestinationRules and EnvoyFilters are defaults for all.</summary>
    public string RootNamespace { get; init; } = "istio-system";

    /// <summary>Suffix of hosts of core Services: <c>NAME.NAMESPACE.svc.DOMAIN</c>.</summary>
    public string Domain { get; init; } = "cluster.local";

    /// <summary>Addresses for services that have none, as a prefix of IPv4. Aeraki's; the standalone controller takes one that can be listened on.</summary>
    public string VirtualAddresses { get; init; } = "240.240.0.0/16";

    /// <summary>How long the address of a service that is gone is kept for its return.</summary>
    public TimeSpan AddressGrace { get; init; } = TimeSpan.FromHours(1);
}
