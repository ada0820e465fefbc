using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Tests.Translation.Support;
using static Meltemi.ControlPlane.Tests.Translation.Support.DemoService;

namespace Meltemi.ControlPlane.Tests.Translation.Routes;

/// <summary>The routes of Aeraki's own end-to-end tests, as the proxy then follows them.</summary>
public class AerakiScenarioTests
{
    [Fact]
    public void Without_a_MetaRouter_requests_go_to_the_service()
    {
        var mesh = new TestMesh(DemoService.Service);

        Assert.Equal(Whole, mesh.Proxy().Cluster(("method", "sayHello")));
        Assert.Equal($"{Host}_20880", mesh.Translate().Message.Name);
        Assert.Equal([Whole], mesh.Translate().Clusters.Select(cluster => cluster.Name));
    }

    [Theory]
    [InlineData("v1", V1)]
    [InlineData("v2", V2)]
    public void All_requests_go_to_one_version(string subset, string cluster)
    {
        var proxy = Mesh($"routes: [{{ name: to, route: [{{ destination: {{ host: {Host}, subset: {subset} }} }}] }}]").Proxy();

        Assert.Equal(cluster, proxy.Cluster(("method", "sayHello")));
        Assert.Equal("to", proxy.Match()!.Name);
    }

    [Fact]
    public void A_fifth_of_the_requests_goes_to_the_old_version()
    {
        var proxy = Mesh($$"""
            routes:
            - name: traffic-split
              route:
              - destination: { host: {{Host}}, subset: v1 }
                weight: 20
              - destination: { host: {{Host}}, subset: v2 }
                weight: 80
            """).Proxy();

        var spread = proxy.Spread(1000);
        Assert.InRange(spread[V1], 199, 201);
        Assert.Equal(1000 - spread[V1], spread[V2]);
    }

    [Theory]
    [InlineData("exact: sayHello01", "exact: sayHello")]
    [InlineData("prefix: sayHello01", "prefix: sayH")]
    [InlineData("regex: sayHello01", "regex: ^s.*o$")]
    public void The_method_chooses_the_version(string old, string young)
    {
        var proxy = Mesh($$"""
            routes:
            - name: v1
              match: { attributes: { method: { {{old}} } } }
              route: [{ destination: { host: {{Host}}, subset: v1 } }]
            - name: v2
              match: { attributes: { method: { {{young}} } } }
              route: [{ destination: { host: {{Host}}, subset: v2 } }]
            """).Proxy();

        Assert.Equal(V2, proxy.Cluster(("method", "sayHello")));
        Assert.Equal(V1, proxy.Cluster(("method", "sayHello01")));
        Assert.Null(proxy.Cluster(("method", "other")));
    }

    [Fact]
    public void The_method_is_the_key_of_a_consistent_hash()
    {
        var mesh = new TestMesh($$"""
            apiVersion: networking.istio.io/v1beta1
            kind: ServiceEntry
            metadata: { name: demo }
            spec:
              hosts: [{{Host}}]
              ports: [{ number: 20880, name: tcp-metaprotocol-dubbo, protocol: TCP }]
            ---
            apiVersion: networking.istio.io/v1alpha3
            kind: DestinationRule
            metadata: { name: dubbo-sample-provider }
            spec:
              host: {{Host}}
              subsets:
              - name: sample
                labels: { app: dubbo-sample-provider }
                trafficPolicy: { loadBalancer: { consistentHash: { httpHeaderName: method } } }
            ---
            {{Router($"routes: [{{ route: [{{ destination: {{ host: {Host}, subset: sample }} }}] }}]")}}
            """);

        Assert.Equal("method", Assert.Single(mesh.Proxy().Match()!.Config.HashPolicies).Attribute);
    }

    [Fact]
    public void Half_of_the_requests_is_mirrored()
    {
        var action = Route($"mirror: {{ host: {Host}, subset: v2 }}\nmirrorPercentage: {{ value: 50.0 }}").OnlyRoute().Route_;

        var mirror = Assert.Single(action.RequestMirrorPolicies);
        Assert.Equal(V2, mirror.Cluster);
        Assert.Equal(500_000u, mirror.RuntimeFraction.DefaultValue.Numerator);
    }

    [Fact]
    public void Two_attachments_are_added()
    {
        var changes = Route("requestMutation: [{ key: foo, value: bar }, { key: foo1, value: bar1 }]").Proxy().Match()!.Config.RequestMutations;

        Assert.Equal(["foo=bar", "foo1=bar1"], changes.Select(change => $"{change.Key}={change.Value}"));
    }

    [Fact]
    public void An_exact_empty_text_means_that_the_attribute_is_there()
    {
        var proxy = Route("match: { attributes: { method: { exact: '' } } }").Proxy();

        Assert.Equal(V1, proxy.Cluster(("method", "sayHello")));
        Assert.Null(proxy.Cluster(("interface", "x")));
    }

    [Fact]
    public void A_route_for_other_clients_is_left_out()
    {
        var mesh = Mesh($$"""
            routes:
            - match: { sourceLabels: { app: cart } }
              route: [{ destination: { host: {{Host}}, subset: v2 } }]
            - route: [{ destination: { host: {{Host}}, subset: v1 } }]
            """);

        Assert.Equal(V1, mesh.Proxy().Cluster());
        Assert.Equal(V2, mesh.Proxy(LabelSet.From([new("app", "cart"), new("version", "v3")])).Cluster());
    }
}
