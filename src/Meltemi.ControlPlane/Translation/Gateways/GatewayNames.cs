using Meltemi.ControlPlane.Translation.Routes;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Translation.Gateways;

/// <summary>Gateways as the <c>gateways</c> of MetaRouters and VirtualServices name them.</summary>
internal static class GatewayNames
{
    /// <summary>Reports those that do not exist.</summary>
    public static void Check(IReadOnlyList<string> names, string ns, MeshView view, FieldPath path)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] == MetaRouterChoice.Mesh) continue;
            var full = MetaRouterChoice.FullName(names[i], ns);
            var slash = full.IndexOf('/', StringComparison.Ordinal);
            var (owner, name) = (full[..slash], full[(slash + 1)..]);
            if (!view.OfKind(ResourceKinds.Gateway, owner).Any(gateway => gateway.Key.Name == name))
                path[i].NotResolved($"there is no Gateway '{name}' in the namespace '{owner}'");
        }
    }
}
