using Meltemi.ControlPlane.Services;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Translation.Routes;

/// <summary>
/// Which MetaRouter applies to the sidecars: of those for a host the oldest that is exported to the clients and not bound to gateways only.
/// </summary>
internal static class MetaRouterChoice
{
    /// <summary>The MetaRouter of a host for sidecars; null: none.</summary>
    public static Resource? ForMesh(string host, MeshView view)
    {
        foreach (var router in view.FindHost(host)?.MetaRouters ?? [])
            if (IsForMesh(router) && Exports.Of(router).Includes(view.Namespace))
                return router;
        return null;
    }

    /// <summary>Whether a MetaRouter is for the sidecars.</summary>
    public static bool IsForMesh(Resource router) => GatewayBindings.Of(router).Contains(GatewayBindings.Mesh);

    /// <summary>
    /// An older MetaRouter for the same host whose clients are also this one's, so that this one does not apply to them; null: none.
    /// </summary>
    public static Resource? OverruledBy(Resource router, string host, MeshView view)
    {
        if (!IsForMesh(router)) return null;
        foreach (var other in view.FindHost(host)?.MetaRouters ?? [])
        {
            if (other.Key == router.Key) return null;
            if (IsForMesh(other) && Exports.Of(router).Overlaps(Exports.Of(other))) return other;
        }

        return null;
    }
}
