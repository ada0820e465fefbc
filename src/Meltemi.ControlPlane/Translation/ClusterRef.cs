namespace Meltemi.ControlPlane.Translation;

/// <summary>A cluster of the mesh.</summary>
/// <param name="Host">Host of the service.</param>
/// <param name="Port">Port of the service.</param>
/// <param name="Subset">Subset of its DestinationRule; empty: all endpoints.</param>
public readonly record struct ClusterRef(string Host, int Port, string Subset = "")
{
    /// <summary>Istio's name: <c>outbound|port|subset|host</c>.</summary>
    public string Name => $"outbound|{Port}|{Subset}|{Host}";
}
