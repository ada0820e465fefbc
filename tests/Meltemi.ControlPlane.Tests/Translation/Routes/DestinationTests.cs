using Meltemi.ControlPlane.Tests.Translation.Support;
using static Meltemi.ControlPlane.Tests.Translation.Support.DemoService;

namespace Meltemi.ControlPlane.Tests.Translation.Routes;

/// <summary>Which cluster a destination means.</summary>
public class DestinationTests
{
    private const string Others = """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: { name: single }
        spec: { hosts: [single.org], ports: [{ number: 1234, name: tcp-metaprotocol-dubbo }] }
        ---
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: { name: several }
        spec:
          hosts: [several.org]
          ports: [{ number: 80, name: http }, { number: 9090, name: tcp-metaprotocol-thrift }, { number: 1111, name: tcp-metaprotocol-dubbo }]
        ---
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: { name: twins }
        spec: { hosts: [twins.org], ports: [{ number: 1, name: tcp-metaprotocol-dubbo }, { number: 2, name: tcp-metaprotocol-dubbo-two }] }
        ---
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: { name: hidden, namespace: far }
        spec: { hosts: [hidden.org], exportTo: ['.'], ports: [{ number: 1234, name: tcp-metaprotocol-dubbo }] }
        ---
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: { name: local }
        spec: { hosts: [cart.default.svc.cluster.local], ports: [{ number: 20880, name: tcp-metaprotocol-dubbo }] }
        """;

    [Theory]
    [InlineData("host: single.org", "outbound|1234||single.org")]
    [InlineData("host: several.org", "outbound|1111||several.org")]
    [InlineData("host: several.org, port: { number: 1111 }", "outbound|1111||several.org")]
    [InlineData("host: cart", "outbound|20880||cart.default.svc.cluster.local")]
    public void The_port_may_be_left_out_where_it_is_clear(string destination, string cluster)
    {
        var mesh = Mesh($"routes: [{{ route: [{{ destination: {{ {destination} }} }}] }}]", Others);

        Assert.Equal(cluster, mesh.Proxy().Cluster());
        Assert.Equal([cluster], mesh.Translate().Clusters.Select(known => known.Name));
        Assert.Empty(mesh.Messages);
    }

    [Theory]
    [InlineData("host: singel.org", "outbound|20880||singel.org", "host: there is no service 'singel.org'; did you mean 'single.org'?")]
    [InlineData("host: hidden.org", "outbound|20880||hidden.org", "host: the service 'hidden.org' is not exported to the namespace 'default'")]
    [InlineData("host: twins.org", "outbound|20880||twins.org", "port: say which port of twins.org; it has 1 (dubbo), 2 (dubbo)")]
    [InlineData("host: single.org, port: { number: 4321 }", "outbound|4321||single.org", "port: single.org has no port 4321; it has 1234 (dubbo)")]
    [InlineData("host: single.org, subset: v1", "outbound|20880|v1|single.org", "subset: single.org has no subset 'v1': no DestinationRule defines any")]
    [InlineData($"host: {Host}, subset: v3", $"outbound|20880|v3|{Host}", $"subset: {Host} has no subset 'v3': there are v1, v2")]
    public void What_does_not_exist_is_named_and_left_to_the_proxy_to_refuse(string destination, string cluster, string problem)
    {
        var mesh = Mesh($"routes: [{{ route: [{{ destination: {{ {destination} }} }}] }}]", Others);

        Assert.Equal(cluster, mesh.Proxy().Cluster());
        Assert.Empty(mesh.Translate().Clusters);
        Assert.Equal($"Resolved spec.routes[0].route[0].destination.{problem}", Assert.Single(mesh.Messages));
    }

    [Fact]
    public void A_port_of_another_protocol_is_worth_a_warning()
    {
        var mesh = Mesh("routes: [{ route: [{ destination: { host: several.org, port: { number: 9090 } } }] }]", Others);

        Assert.Equal("outbound|9090||several.org", mesh.Proxy().Cluster());
        Assert.Equal(
            "Warning spec.routes[0].route[0].destination.port: port 9090 of several.org is for thrift, the requests are dubbo", Assert.Single(mesh.Messages));
    }

    [Fact]
    public void An_unknown_mirror_is_left_out()
    {
        var mesh = Route("mirrors: [{ destination: { host: nobody.org } }]");

        Assert.Empty(mesh.OnlyRoute().Route_.RequestMirrorPolicies);
        Assert.Contains("Resolved spec.routes[0].mirrors[0].destination.host: there is no service 'nobody.org'", mesh.Messages);
    }
}
