namespace Meltemi.ControlPlane.Services;

/// <summary>What a service is found by: several namespaces may define the same host, each for those who can see it.</summary>
/// <param name="Namespace">Namespace of the resource that defines it.</param>
/// <param name="Host">Full host in small letters, or a wildcard such as <c>*.shop.org</c>.</param>
public readonly record struct ServiceId(string Namespace, string Host)
{
    /// <summary><c>namespace/host</c>, as in a Sidecar's egress hosts.</summary>
    public override string ToString() => $"{Namespace}/{Host}";
}
