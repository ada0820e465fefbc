using System.Net;
using Aeraki.MetaProtocolProxy.V1Alpha;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Services.Reading;
using Meltemi.Resources;
using Meltemi.Resources.Istio;
using Service = Meltemi.ControlPlane.Services.Service;
using ServicePort = Meltemi.ControlPlane.Services.ServicePort;

namespace Meltemi.ControlPlane.Translation.Listeners;

/// <summary>Which ports of its workload a sidecar serves.</summary>
internal static class InboundPorts
{
    private const string Self = "127.0.0.1";

    /// <summary>
    /// Those that its Sidecar lists; else, if the proxy asks for it, the port of every service at its own address, passed on to the same port of the loopback
    /// address. An address of the loopback itself cannot be listened at twice.
    /// </summary>
    /// <param name="node">The proxy.</param>
    /// <param name="sidecar">Its Sidecar; null: none.</param>
    /// <param name="instances">The services at its address with who serves them, the oldest first.</param>
    /// <param name="filters">Filters of the servers of a service.</param>
    public static IEnumerable<InboundPort> Of(
        ProxyNode node, Resource? sidecar, IReadOnlyList<(Service Service, EndpointSet Endpoints)> instances, Func<Service, IReadOnlyList<MetaProtocolFilter>> filters)
    {
        var own = Instances(node, instances, filters).DistinctBy(port => port.Port).ToList();
        var ingress = sidecar?.SpecAs<Sidecar>().Ingress;
        if (ingress is { Count: > 0 })
            return ingress.Select(listener => Listed(node, sidecar!, listener, own)).OfType<InboundPort>().DistinctBy(port => (port.Bind, port.Port));
        return node.WantsInbound && node.Interception == InterceptionMode.None && !IsLoopback(node.Address) ? own : [];
    }

    /// <summary>Whether a default endpoint can be understood; none means the port of the listener.</summary>
    public static bool IsTarget(string defaultEndpoint) => defaultEndpoint.Length == 0 || Read(defaultEndpoint) is not null;

    private static IEnumerable<InboundPort> Instances(
        ProxyNode node, IReadOnlyList<(Service Service, EndpointSet Endpoints)> instances, Func<Service, IReadOnlyList<MetaProtocolFilter>> filters)
    {
        foreach (var (service, endpoints) in instances)
        {
            foreach (var endpoint in endpoints.Endpoints.Where(endpoint => endpoint.Address == node.Address))
                for (var i = 0; i < service.Ports.Length; i++)
                    if (endpoint.Ports[i] is > 0 and var target && service.Ports[i].Kind != PortKind.Udp)
                        yield return new(node.Address, target, Self, target, service.Ports[i], filters(service), [service.Source]);
        }
    }

    private static InboundPort? Listed(ProxyNode node, Resource sidecar, IstioIngressListener listener, List<InboundPort> own)
    {
        if (listener.Port is not { Number: > 0 } port || TargetOf(node, listener) is not { } target) return null;
        var number = (int)port.Number;
        var instance = own.Find(candidate => candidate.Port == number);
        return new(
            listener.Bind.Length > 0 ? listener.Bind : IPAddress.Any.ToString(), number, target.Address, target.Port,
            PortKinds.Of(port), instance?.Filters ?? [], [sidecar.Key, .. instance?.Sources ?? []]);
    }

    private static (string Address, int Port)? TargetOf(ProxyNode node, IstioIngressListener listener)
    {
        if (listener.DefaultEndpoint.Length == 0) return (Self, (int)listener.Port.Number);
        if (Read(listener.DefaultEndpoint) is not { } target) return null;
        return (target.Address is "0.0.0.0" or "::" ? node.Address : target.Address, target.Port);
    }

    private static (string Address, int Port)? Read(string text)
    {
        if (text.StartsWith(AddressText.Unix, StringComparison.Ordinal)) return (text, 0);
        return IPEndPoint.TryParse(text, out var target) && target.Port > 0 ? (target.Address.ToString(), target.Port) : null;
    }

    private static bool IsLoopback(string address) => IPAddress.TryParse(address, out var ip) && IPAddress.IsLoopback(ip);
}
