using Meltemi.Resources;
using Meltemi.Resources.Aeraki;

namespace Meltemi.ControlPlane.Services;

/// <summary>Where the routes of MetaRouters apply: the <c>gateways</c> that they name, as VirtualServices do.</summary>
public static class GatewayBindings
{
    /// <summary>The name that means the sidecars.</summary>
    public const string Mesh = "mesh";

    /// <summary>
    /// What a MetaRouter is bound to: <see cref="Mesh"/>, or gateways as <c>namespace/name</c>. Nothing said: the mesh, and no gateway.
    /// </summary>
    public static IEnumerable<string> Of(Resource router)
    {
        var gateways = router.SpecAs<MetaRouter>().Gateways;
        return gateways.Count == 0 ? [Mesh] : gateways.Select(name => FullName(name, router.Key.Namespace));
    }

    /// <summary>A gateway as <c>namespace/name</c>; <see cref="Mesh"/> stays.</summary>
    public static string FullName(string gateway, string ns) =>
        gateway == Mesh || gateway.Contains('/', StringComparison.Ordinal) ? gateway : $"{ns}/{gateway}";

    /// <summary>
    /// The name under which the model files what is bound to a gateway beside what is said about hosts (<see cref="MeshModel.Hosts"/>): so it is found by
    /// one look-up, and who looked it up is told of changes. No host has a slash.
    /// </summary>
    public static string FiledUnder(string gateway) => $"{gateway}.gateway";

    /// <summary>The names under which a MetaRouter is filed: its hosts, and the gateways that it is bound to.</summary>
    internal static IEnumerable<string> Files(Resource router) =>
        router.SpecAs<MetaRouter>().Hosts.Concat(Of(router).Where(gateway => gateway != Mesh).Select(FiledUnder));
}
