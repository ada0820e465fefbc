using Envoy.Service.Discovery.V3;
using Meltemi.Xds.Grpc;

namespace Meltemi.ControlPlane.Tests.Xds.Server;

/// <summary>Methods that tests call as they are.</summary>
internal static class Methods
{
    public static GrpcMethod<DiscoveryRequest, DiscoveryResponse> Ads { get; } = new(
        "envoy.service.discovery.v3.AggregatedDiscoveryService", "StreamAggregatedResources", DiscoveryRequest.Parser, DiscoveryResponse.Parser);
}
