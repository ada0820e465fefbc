using Meltemi.Resources;

namespace Meltemi.ControlPlane.Translation.Gateways;

/// <summary>Finds Gateways by the names that MetaRouters and VirtualServices have for them.</summary>
internal static class GatewayLookup
{
    /// <summary>The Gateway <c>namespace/name</c>; null: there is none.</summary>
    public static Resource? Find(string fullName, MeshView view)
    {
        var slash = fullName.IndexOf('/', StringComparison.Ordinal);
        var (ns, name) = (fullName[..slash], fullName[(slash + 1)..]);
        return view.OfKind(ResourceKinds.Gateway, ns).FirstOrDefault(gateway => gateway.Key.Name == name);
    }
}
