using Meltemi.ControlPlane.Translation;
using Meltemi.Resources;
using Meltemi.Resources.Aeraki;

namespace Meltemi.ControlPlane.Analysis;

/// <summary>ApplicationProtocols beside each other.</summary>
internal static class ProtocolRules
{
    /// <summary>Reports to the view's problems.</summary>
    public static void Check(Resource resource, MeshView view)
    {
        var protocol = resource.SpecAs<ApplicationProtocol>().Protocol;
        foreach (var other in view.OfKind(ResourceKinds.ApplicationProtocol, ""))
        {
            if (other.Key == resource.Key) return;
            if (!other.SpecAs<ApplicationProtocol>().Protocol.Equals(protocol, StringComparison.OrdinalIgnoreCase)) continue;
            view.Problems.NotAccepted(resource.Key, "spec.protocol", $"{other.Key} declares the protocol '{protocol}' too, and it is older: only one counts");
            return;
        }
    }
}
