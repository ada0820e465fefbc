using Meltemi.ControlPlane.Services;
using Meltemi.Resources;
using Meltemi.Resources.Istio;

namespace Meltemi.ControlPlane.Translation.Routes;

/// <summary>
/// Which VirtualService applies to clients in the mesh: one for the host before one for a wildcard, the more specific before the less,
/// the older before the younger; exported to the clients and not bound to gateways only.
/// </summary>
internal static class VirtualServiceChoice
{
    /// <summary>The VirtualService of a host; null: none.</summary>
    public static Resource? ForMesh(string host, MeshView view)
    {
        if (First(view.FindHost(host), view) is { } exact) return exact;
        foreach (var wildcard in view.SeeWildcards())
            if (HostNames.Matches(wildcard.Host, host) && First(wildcard, view) is { } service)
                return service;
        return null;
    }

    /// <summary>Whether a VirtualService is for clients in the mesh.</summary>
    public static bool IsForMesh(Resource service)
    {
        var gateways = service.SpecAs<VirtualService>().Gateways;
        return gateways.Count == 0 || gateways.Contains(GatewayBindings.Mesh);
    }

    private static Resource? First(HostConfig? config, MeshView view)
    {
        foreach (var service in config?.VirtualServices ?? [])
            if (IsForMesh(service) && Exports.Of(service).Includes(view.Namespace))
                return service;
        return null;
    }
}
