using Aeraki.MetaProtocolProxy.V1Alpha;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Google.Protobuf.WellKnownTypes;
using Meltemi.ControlPlane.Services;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Translation.Listeners;

/// <summary>A port of the workload beside a sidecar that the proxy serves.</summary>
/// <param name="Bind">Address to listen at.</param>
/// <param name="Port">Port to listen at.</param>
/// <param name="Target">Address of the workload: IP, or <c>unix:///path</c>.</param>
/// <param name="TargetPort">Port of the workload.</param>
/// <param name="Protocol">What is spoken.</param>
/// <param name="Filters">Filters before the router: limits of the server.</param>
/// <param name="Sources">The resources that want it.</param>
internal sealed record InboundPort(
    string Bind, int Port, string Target, int TargetPort, ServicePort Protocol, IReadOnlyList<MetaProtocolFilter> Filters, IReadOnlyList<ResourceKey> Sources);

/// <summary>Where others reach the workload beside a sidecar: a listener, and a cluster <c>inbound|port||</c> with the workload as its only endpoint.</summary>
internal static class InboundListeners
{
    /// <summary>Istio's name of the cluster.</summary>
    public static string ClusterName(int port) => $"inbound|{port}||";

    /// <summary>The listener.</summary>
    public static Translated<Listener> Listener(InboundPort inbound, ProtocolTable protocols)
    {
        var cluster = ClusterName(inbound.Port);
        var (port, name) = (inbound.Protocol, $"{inbound.Bind}_{inbound.Port}");
        var filter = port.Kind == PortKind.Meta && protocols.Knows(port.Application) ? Meta(port.Application) : Chains.Tcp(cluster, cluster);
        var listener = Chains.Listen(name, inbound.Bind, inbound.Port, TrafficDirection.Inbound, bind: true, filter);
        if (port.Kind == PortKind.Recognised && protocols.Recognised(port) is { Count: > 0 } recognised)
            listener = Chains.Recognise(listener, recognised.Select(protocol => (protocol, Meta(protocol))), port.SilenceLimit);
        return new(name, listener) { Sources = [.. inbound.Sources] };

        Filter Meta(string protocol) => Chains.Meta(cluster, Chains.Everything(cluster, cluster), protocol, protocols, inbound.Filters);
    }

    /// <summary>The cluster.</summary>
    public static Translated<Cluster> Cluster(InboundPort inbound)
    {
        var name = ClusterName(inbound.Port);
        var address = inbound.Target.StartsWith("unix://", StringComparison.Ordinal) ? inbound.Target["unix://".Length..] : inbound.Target;
        var cluster = new Cluster
        {
            Name = name,
            Type = Envoy.Config.Cluster.V3.Cluster.Types.DiscoveryType.Static,
            ConnectTimeout = new Duration { Seconds = 10 },
            LoadAssignment = new()
            {
                ClusterName = name,
                Endpoints =
                {
                    new Envoy.Config.Endpoint.V3.LocalityLbEndpoints
                    {
                        LbEndpoints = { new Envoy.Config.Endpoint.V3.LbEndpoint { Endpoint = new() { Address = Chains.AddressOf(address, inbound.TargetPort) } } },
                    },
                },
            },
        };
        return new(name, cluster) { Sources = [.. inbound.Sources] };
    }
}
