namespace Meltemi.ControlPlane.Translation;

/// <summary>A cluster of the mesh.</summary>
/// <param name="Host">Host of the service.</param>
/// <param name="Port">Port of the service.</param>
/// <param name="Subset">Subset of its DestinationRule; empty: all endpoints.</param>
public readonly record struct ClusterRef(string Host, int Port, string Subset = "")
{
    /// <summary>Istio's name: <c>outbound|port|subset|host</c>.</summary>
    public string Name => $"outbound|{Port}|{Subset}|{Host}";

    /// <summary>Reads a name.</summary>
    public static bool TryParse(string name, out ClusterRef cluster)
    {
        cluster = default;
        var parts = name.Split('|');
        if (parts is not ["outbound", var number, var subset, { Length: > 0 } host] || !ushort.TryParse(number, out var port)) return false;
        cluster = new(host, port, subset);
        return true;
    }
}
