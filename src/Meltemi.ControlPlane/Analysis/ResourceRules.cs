using Meltemi.ControlPlane.Translation;
using Meltemi.ControlPlane.Translation.EnvoyFilters;
using Meltemi.ControlPlane.Translation.Gateways;
using Meltemi.ControlPlane.Translation.Routes;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Analysis;

/// <summary>What there is to say about a resource beside the others.</summary>
internal static class ResourceRules
{
    /// <summary>Reports to the view's problems.</summary>
    public static void Check(Resource resource, MeshView view, CodecCatalog codecs)
    {
        switch (resource.Kind.Name)
        {
            case nameof(ResourceKinds.ServiceEntry) or nameof(ResourceKinds.Service):
                ServiceRules.Check(resource, view, codecs);
                break;
            case nameof(ResourceKinds.DestinationRule):
                DestinationRules.Check(resource, view);
                break;
            case nameof(ResourceKinds.Sidecar):
                SidecarRules.Check(resource, view);
                break;
            case nameof(ResourceKinds.MetaRouter):
                MetaRouterAnalysis.Analyze(resource, view, codecs);
                break;
            case nameof(ResourceKinds.VirtualService):
                VirtualServiceAnalysis.Analyze(resource, view);
                break;
            case nameof(ResourceKinds.Gateway):
                GatewayAnalysis.Analyze(resource, view);
                break;
            case nameof(ResourceKinds.EnvoyFilter):
                EnvoyFilterReader.Analyze(resource, view.Problems);
                break;
            case nameof(ResourceKinds.ApplicationProtocol):
                ProtocolRules.Check(resource, view);
                break;
        }
    }
}
