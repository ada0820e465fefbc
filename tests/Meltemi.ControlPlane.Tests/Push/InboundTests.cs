using Envoy.Config.Cluster.V3;
using Envoy.Config.Listener.V3;
using Meltemi.Resources.Istio;
using Meltemi.Xds.Server;

namespace Meltemi.ControlPlane.Tests.Push;

/// <summary>What only one proxy gets: the ports of its own workload.</summary>
public sealed class InboundTests
{
    private static readonly (string, string) Wanted = ("MELTEMI_INBOUND", "true");

    [Fact]
    public void A_proxy_that_asks_for_it_serves_the_services_at_its_address()
    {
        var mesh = new TestMesh().Put(Given.Service("a.org", endpoints: ["10.9.0.1"], with: entry => entry.Ports[0].TargetPort = 5000), Given.Service("b.org"));
        var proxy = mesh.Connect(ip: "10.9.0.1", metadata: Wanted);

        var listener = proxy.Get<Listener>(XdsTypes.Listener, "10.9.0.1_5000");
        var endpoint = proxy.Get<Cluster>(XdsTypes.Cluster, "inbound|5000||").LoadAssignment.Endpoints[0].LbEndpoints[0].Endpoint.Address.SocketAddress;

        Assert.Equal(("10.9.0.1", 5000u), (listener.Address.SocketAddress.Address, listener.Address.SocketAddress.PortValue));
        Assert.Equal(("127.0.0.1", 5000u), (endpoint.Address, endpoint.PortValue));
        Assert.DoesNotContain(mesh.Connect(ip: "10.9.0.1").Clusters, name => name.StartsWith("inbound", StringComparison.Ordinal));
        Assert.DoesNotContain(mesh.Connect(ip: "127.0.0.1", metadata: Wanted).Clusters, name => name.StartsWith("inbound", StringComparison.Ordinal));
    }

    [Fact]
    public void An_endpoint_that_comes_and_goes_is_seen_by_its_own_proxy()
    {
        var mesh = new TestMesh().Put(Given.Service("a.org"));
        var (own, other) = (mesh.Connect(ip: "10.9.0.1", metadata: Wanted), mesh.Connect(ip: "10.9.0.2", metadata: Wanted));

        mesh.Put(Given.Service("a.org", endpoints: ["10.0.0.1", "10.9.0.1"]));
        Assert.Equal(["Cluster", "ClusterLoadAssignment", "Listener"], own.TakeChanges());
        Assert.Equal(["ClusterLoadAssignment"], other.TakeChanges());

        mesh.Put(Given.Service("a.org"));
        Assert.DoesNotContain("inbound|20880||", own.Clusters);
    }

    [Fact]
    public void A_sidecar_lists_what_is_served_instead()
    {
        var mesh = new TestMesh().Put(Given.Service("a.org", endpoints: ["10.9.0.1"]), Given.Sidecar("shop", "default", sidecar =>
        {
            sidecar.Ingress.Add(Ingress(9080, Given.Dubbo, "127.0.0.1:8080", "10.9.0.1"));
            sidecar.Ingress.Add(Ingress(9081, "tcp-x", "unix:///run/app.sock", ""));
        }));
        var proxy = mesh.Connect(ip: "10.9.0.1", metadata: Wanted);

        Assert.Contains("10.9.0.1_9080", proxy.Listeners);
        Assert.Contains("0.0.0.0_9081", proxy.Listeners);
        Assert.DoesNotContain("10.9.0.1_20880", proxy.Listeners);
        Assert.Equal("/run/app.sock", proxy.Get<Cluster>(XdsTypes.Cluster, "inbound|9081||").LoadAssignment.Endpoints[0].LbEndpoints[0].Endpoint.Address.Pipe.Path);

        mesh.Delete(Given.Sidecar("shop", "default"));
        Assert.Contains("10.9.0.1_20880", proxy.Listeners);
        Assert.DoesNotContain("10.9.0.1_9080", proxy.Listeners);
    }

    private static IstioIngressListener Ingress(uint port, string name, string target, string bind) =>
        new() { Port = new() { Number = port, Name = name }, DefaultEndpoint = target, Bind = bind };
}
