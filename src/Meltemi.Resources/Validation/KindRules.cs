using Google.Protobuf;
using Meltemi.Resources.Aeraki;
using Meltemi.Resources.Core;
using Meltemi.Resources.Discovery;
using Meltemi.Resources.Istio;
using Meltemi.Xds.Reading;

namespace Meltemi.Resources.Validation;

/// <summary>The rules of each kind that go beyond the shape of its message. Kinds that nothing acts on yet have none.</summary>
internal static class KindRules
{
    /// <summary>Adds what is wrong with a typed spec.</summary>
    public static void Check(ResourceKind kind, IMessage message, ResourceMeta meta, ProblemList problems)
    {
        var field = new FieldPath(problems, kind.Flat ? "" : "spec");
        switch (message)
        {
            case MetaRouter spec: MetaRouterRules.Check(spec, field); break;
            case ApplicationProtocol spec: ApplicationProtocolRules.Check(spec, field); break;
            case ServiceEntry spec: ServiceEntryRules.Check(spec, field); break;
            case WorkloadEntry spec: WorkloadRules.Check(spec, field); break;
            case WorkloadGroup spec: WorkloadRules.Check(spec, field); break;
            case DestinationRule spec: DestinationRuleRules.Check(spec, field); break;
            case Sidecar spec: SidecarRules.Check(spec, field); break;
            case VirtualService spec: VirtualServiceRules.Check(spec, field); break;
            case Gateway spec: GatewayRules.Check(spec, field); break;
            case EnvoyFilter spec: EnvoyFilterRules.Check(spec, field); break;
            case Service service: CoreRules.Check(service, field); break;
            case Endpoints endpoints: CoreRules.Check(endpoints, field); break;
            case EndpointSlice slice: CoreRules.Check(slice, meta, field); break;
            case Pod pod: CoreRules.Check(pod, field); break;
        }
    }
}
