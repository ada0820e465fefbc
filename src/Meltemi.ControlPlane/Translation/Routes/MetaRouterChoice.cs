using Meltemi.ControlPlane.Services;
using Meltemi.Resources;
using Meltemi.Resources.Aeraki;

namespace Meltemi.ControlPlane.Translation.Routes;

/// <summary>
/// Which MetaRouter applies where: of those for a host the oldest that is exported to the clients and bound to where they come in.
/// </summary>
internal static class MetaRouterChoice
{
    /// <summary>The name among <c>gateways</c> that means the sidecars.</summary>
    public const string Mesh = "mesh";

    /// <summary>The MetaRouter of a host for sidecars; null: none.</summary>
    public static Resource? ForMesh(string host, MeshView view)
    {
        foreach (var router in view.FindHost(host)?.MetaRouters ?? [])
            if (IsBoundTo(Mesh, router) && Exports.Of(router).Includes(view.Namespace))
                return router;
        return null;
    }

    /// <summary>Whether a MetaRouter is for the sidecars (<see cref="Mesh"/>) or for a gateway (<c>namespace/name</c>).</summary>
    public static bool IsBoundTo(string gateway, Resource router) => Bindings(router).Contains(gateway);

    /// <summary>Where a MetaRouter applies: <see cref="Mesh"/>, or gateways as <c>namespace/name</c>.</summary>
    public static IEnumerable<string> Bindings(Resource router)
    {
        var gateways = router.SpecAs<MetaRouter>().Gateways;
        return gateways.Count == 0 ? [Mesh] : gateways.Select(name => FullName(name, router.Key.Namespace));
    }

    /// <summary>A gateway as <c>namespace/name</c>; <see cref="Mesh"/> stays.</summary>
    public static string FullName(string gateway, string ns) =>
        gateway == Mesh || gateway.Contains('/', StringComparison.Ordinal) ? gateway : $"{ns}/{gateway}";

    /// <summary>
    /// An older MetaRouter for the same host whose clients are also this one's, so that this one does not apply to them; null: none.
    /// </summary>
    public static Resource? OverruledBy(Resource router, string host, MeshView view)
    {
        foreach (var other in view.FindHost(host)?.MetaRouters ?? [])
        {
            if (other.Key == router.Key) return null;
            if (Bindings(router).Contains(Mesh) && IsBoundTo(Mesh, other) && Exports.Of(router).Overlaps(Exports.Of(other))) return other;
        }

        return null;
    }
}
