using Meltemi.ControlPlane.Services;

namespace Meltemi.ControlPlane.Translation.Grpc;

/// <summary>A port of a service that a gRPC client calls.</summary>
/// <param name="Service">The service.</param>
/// <param name="Port">The port.</param>
/// <param name="Node">The client; null: any, to see what all routes are like.</param>
internal sealed record GrpcTarget(Service Service, ServicePort Port, ProxyNode? Node);
