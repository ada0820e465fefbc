using Aeraki.MetaProtocolProxy.V1Alpha;
using Envoy.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Tests.Translation.Support;
using Meltemi.ControlPlane.Translation;
using Meltemi.ControlPlane.Translation.Gateways;
using Meltemi.Proxy.Config.Translation;
using Meltemi.Resources;
using Meltemi.Xds.Reading;
using Listener = Envoy.Config.Listener.V3.Listener;

namespace Meltemi.ControlPlane.Tests.Translation.Gateways;

/// <summary>Gateways with several services on a port, judged by the real proxy.</summary>
public class GatewayTests
{
    private const string Gateway = """
        apiVersion: networking.istio.io/v1beta1
        kind: Gateway
        metadata: { name: ingress, namespace: istio-system }
        spec:
          selector: { istio: ingressgateway }
          servers:
          - { hosts: ['*'], port: { name: tcp-metaprotocol-dubbo, number: 20880, protocol: TCP } }
          - { hosts: ['*'], port: { name: tcp-metaprotocol-thrift-9090, number: 9090, protocol: tcp } }
          - { hosts: ['*'], port: { name: http, number: 80, protocol: HTTP } }
        """;

    // A MetaRouter without routes: its requests go to the service.
    private const string Limit = "localRateLimit: { tokenBucket: { maxTokens: 1, tokensPerFill: 1, fillInterval: 1s } }";

    private static readonly LabelSet Labels = LabelSet.From([new("istio", "ingressgateway"), new("app", "gw")]);

    private static string Service(string host, string port = "tcp-metaprotocol-dubbo", int number = 20880) => $$"""
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: { name: {{host}} }
        spec: { hosts: [{{host}}], ports: [{ number: {{number}}, name: {{port}} }] }
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: { name: {{host}} }
        spec: { host: {{host}}, subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }] }
        """;

    private static string Router(string host, string routes = "", string name = "", string gateways = "istio-system/ingress") => $$"""
        apiVersion: metaprotocol.aeraki.io/v1alpha1
        kind: MetaRouter
        metadata: { name: {{(name.Length > 0 ? name : host)}} }
        spec: { hosts: [{{host}}], gateways: [{{gateways}}], {{(routes.Length > 0 ? $"routes: [{routes}]" : Limit)}} }
        """;

    private static string Route(string host, string subset, string match = "") =>
        $"{{ name: {subset}, match: {{ attributes: {{ {match} }} }}, route: [{{ destination: {{ host: {host}, subset: {subset} }} }}] }}";

    private static TestMesh Mesh(params string[] more) => new(string.Join("\n---\n", [Gateway, .. more]));

    private static (Dictionary<string, Translated<Listener>> Listeners, Dictionary<string, Translated<RouteConfiguration>> Routes) Build(
        TestMesh mesh, LabelSet? labels = null)
    {
        var (listeners, routes) = GatewayListeners.Build(labels ?? Labels, new ProtocolTable([]), ProxyRoutes.Catalog, mesh.View("istio-system"));
        return (listeners.ToDictionary(listener => listener.Name), routes.ToDictionary(route => route.Name));
    }

    private static ProxyRoutes Proxy(TestMesh mesh, string name = "0.0.0.0_20880", string protocol = "dubbo") =>
        new(Build(mesh).Routes[name].Message, protocol);

    [Fact]
    public void The_thrift_service_of_Aeraki_s_own_test_is_reached_through_the_gateway_at_its_port()
    {
        const string Host = "thrift-sample-server.meta-thrift.svc.cluster.local";
        var mesh = Mesh(
            Service(Host, "tcp-metaprotocol-thrift-hello-server", 9090),
            Router(Host, $"{{ match: {{ attributes: {{ method: {{ exact: '' }} }} }}, route: [{{ destination: {{ host: {Host}, port: {{ number: 9090 }}, subset: v1 }} }}] }}"));

        Assert.Equal($"outbound|9090|v1|{Host}", Proxy(mesh, "0.0.0.0_9090", "thrift").Cluster(("method", "sayHello")));
    }

    [Fact]
    public void Listeners_are_for_ports_of_request_protocols_and_the_proxy_takes_them()
    {
        var (listeners, routes) = Build(Mesh(Service("a.org"), Router("a.org")));

        Assert.Equal(["0.0.0.0_20880", "0.0.0.0_9090"], listeners.Keys.Order());
        Assert.Equal(listeners.Keys.Order(), routes.Keys.Order());
        foreach (var (name, listener) in listeners)
        {
            Assert.Equal(name, Assert.Single(listener.RouteNames));
            Assert.Equal("ingress", Assert.Single(listener.Sources).Name);

            // The proxy reads it with its routes in place.
            var message = listener.Message.Clone();
            var filter = Assert.Single(Assert.Single(message.FilterChains).Filters);
            var protocol = filter.TypedConfig.Unpack<MetaProtocolProxy>();
            Assert.Equal(name, protocol.Rds.RouteConfigName);
            protocol.EnvoyRouteConfig = routes[name].Message;
            filter.TypedConfig = Any.Pack(protocol);
            var problems = new ProblemList();
            Assert.NotNull(ListenerTranslator.Translate(message, new TranslationContext(problems, ProxyRoutes.Codecs), "listener"));
            Assert.False(problems.HasErrors, string.Join('\n', problems.ToSorted()));
        }
    }

    [Fact]
    public void A_gateway_is_for_the_proxies_that_it_selects()
    {
        var mesh = Mesh(Service("a.org"), Router("a.org"));

        Assert.Empty(Build(mesh, LabelSet.From([new("istio", "egressgateway")])).Listeners);
    }

    [Fact]
    public void Several_interfaces_share_a_port_and_are_told_apart_by_the_interface()
    {
        var mesh = Mesh(
            Service("org.shop.cart"), Service("org.shop.pay-gold-1-0-0"),
            Router("org.shop.cart", Route("org.shop.cart", "v2", "user: { exact: jason }") + ", " + Route("org.shop.cart", "v1")),
            Router("org.shop.pay-gold-1-0-0"));
        var proxy = Proxy(mesh);

        Assert.Equal("outbound|20880|v1|org.shop.cart", proxy.Cluster(("interface", "org.shop.Cart")));
        Assert.Equal("outbound|20880|v2|org.shop.cart", proxy.Cluster(("interface", "org.shop.Cart"), ("user", "jason")));
        Assert.Equal("outbound|20880||org.shop.pay-gold-1-0-0", proxy.Cluster(("interface", "org.shop.Pay")));
        Assert.Null(proxy.Cluster(("interface", "org.shop.Stock")));
        Assert.Equal(
            ["outbound|20880|v1|org.shop.cart", "outbound|20880|v2|org.shop.cart", "outbound|20880||org.shop.pay-gold-1-0-0"],
            Build(mesh).Routes["0.0.0.0_20880"].Clusters.Select(cluster => cluster.Name).Order());
    }

    [Fact]
    public void A_route_with_a_condition_on_the_interface_of_its_own_is_left_alone()
    {
        var mesh = Mesh(
            Service("org.shop.cart"), Service("org.shop.pay"),
            Router("org.shop.cart", Route("org.shop.cart", "v1", "interface: { prefix: org.shop. }")), Router("org.shop.pay"));

        // The older one takes everything of the shop.
        Assert.Equal("outbound|20880|v1|org.shop.cart", Proxy(mesh).Cluster(("interface", "org.shop.Pay")));
    }

    [Fact]
    public void A_single_service_gets_everything()
    {
        var mesh = Mesh(Service("org.shop.cart"), Router("org.shop.cart"));

        Assert.Equal("outbound|20880||org.shop.cart", Proxy(mesh).Cluster(("interface", "whatever")));
    }

    [Fact]
    public void Core_services_are_told_apart_by_their_routes_only()
    {
        const string Cart = "cart.shop.svc.cluster.local", Pay = "pay.shop.svc.cluster.local";
        var mesh = Mesh(Service(Cart), Service(Pay), Router(Cart, Route(Cart, "v1", "method: { prefix: cart }")), Router(Pay));
        var proxy = Proxy(mesh);

        Assert.Equal($"outbound|20880|v1|{Cart}", proxy.Cluster(("method", "cartAdd")));
        Assert.Equal($"outbound|20880||{Pay}", proxy.Cluster(("method", "pay")));
    }

    [Theory]
    [InlineData("'*'", true)]
    [InlineData("'*.shop.org'", true)]
    [InlineData("cart.shop.org", true)]
    [InlineData("'default/*'", true)]
    [InlineData("'*/cart.shop.org'", true)]
    [InlineData("'./*'", false)]
    [InlineData("'far/*'", false)]
    [InlineData("'*.bank.org'", false)]
    public void A_server_admits_the_hosts_that_it_lists(string hosts, bool admitted)
    {
        var mesh = new TestMesh(string.Join("\n---\n", [Gateway.Replace("hosts: ['*']", $"hosts: [{hosts}]"), Service("cart.shop.org"), Router("cart.shop.org")]));

        Assert.Equal(admitted, Proxy2(mesh));

        static bool Proxy2(TestMesh mesh) => Build(mesh).Routes["0.0.0.0_20880"].Message.VirtualHosts[0].Routes.Count > 0;
    }

    [Theory]
    [InlineData("mesh", false, true)]
    [InlineData("istio-system/ingress", true, false)]
    [InlineData("mesh, istio-system/ingress", true, true)]
    public void Routes_apply_where_the_router_is_bound(string gateways, bool atGateway, bool atSidecar)
    {
        var mesh = Mesh(DemoService.Service, Router(DemoService.Host, Route(DemoService.Host, "v2"), gateways: gateways));

        Assert.Equal(atGateway, Build(mesh).Routes["0.0.0.0_20880"].Message.VirtualHosts[0].Routes.Count > 0);
        Assert.Equal(atSidecar ? DemoService.V2 : DemoService.Whole, mesh.Proxy().Cluster());
    }

    [Fact]
    public void The_status_of_a_gateway_says_what_is_not_served()
    {
        var mesh = new TestMesh("""
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: { name: edge }
            spec:
              servers:
              - { hosts: ['*'], port: { name: http, number: 80, protocol: HTTP } }
              - { hosts: ['*'], port: { name: tcp-metaprotocol-qza, number: 1, protocol: TCP } }
              - { hosts: ['*'], port: { name: tcp-metaprotocol-dubbo, number: 2, protocol: TCP } }
              - { hosts: ['*'], port: { name: tcp-metaprotocol-thrift, number: 2, protocol: TCP } }
            """, broken: true);

        GatewayAnalysis.Analyze(mesh.Find("Gateway", "edge"), mesh.View());

        Assert.Equal(
            [
                "Warning spec.servers[0].port: no effect yet: gateways serve ports of request protocols, named such as tcp-metaprotocol-dubbo",
                "Resolved spec.servers[1].port: there is no codec for the protocol 'qza': declare it by an ApplicationProtocol",
                "Warning spec.servers[2]: no MetaRouter brings routes to it: every request is answered with \"no route\"",
                "Accepted spec.servers[3].port: port 2 is opened for dubbo by default/edge, which comes first: it counts",
            ],
            mesh.Messages);
    }

    [Fact]
    public void The_status_of_a_router_says_what_older_ones_at_the_gateway_leave_to_it()
    {
        const string Cart = "cart.shop.svc.cluster.local", Pay = "pay.shop.svc.cluster.local";
        var mesh = Mesh(Service(Cart), Service(Pay), Router(Cart, Route(Cart, "v1")), Router(Pay, Route(Pay, "v1", "method: { exact: pay }")));

        Assert.Empty(mesh.Analyze(Cart));
        Assert.Equal($"Warning spec.routes[0]: never reached: the route 'v1' of the MetaRouter default/{Cart} before it matches everything", Assert.Single(mesh.Analyze(Pay)));
    }

    [Theory]
    [InlineData("missing", "Resolved spec.gateways[0]: there is no Gateway 'default/missing'")]
    [InlineData("istio-system/ingress", "Warning spec.gateways[0]: no effect: the gateway has no port for a protocol of the hosts")]
    public void The_status_of_a_router_says_when_a_gateway_has_nothing_for_it(string gateway, string message)
    {
        var mesh = Mesh(Service("a.org", "tcp-metaprotocol-mine", 1234), Router("a.org", gateways: gateway));

        Assert.Contains(mesh.Analyze("a.org"), found => found.StartsWith(message, StringComparison.Ordinal));
    }
}
