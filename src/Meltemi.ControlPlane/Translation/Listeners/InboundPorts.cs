using System.Globalization;
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
        var text = listener.DefaultEndpoint;
        if (text.Length == 0) return (Self, (int)listener.Port.Number);
        if (text.StartsWith(AddressText.Unix, StringComparison.Ordinal)) return (text, 0);
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)) return null;
        var address = text[..colon].Trim('[', ']');
        return (address is "0.0.0.0" or "::" ? node.Address : address, port);
    }

    private static bool IsLoopback(string address) => IPAddress.TryParse(address, out var ip) && IPAddress.IsLoopback(ip);
}
