using Meltemi.ControlPlane.Tests.Translation.Support;
using Meltemi.ControlPlane.Translation.Routes;
using static Meltemi.ControlPlane.Tests.Translation.Support.DemoService;

namespace Meltemi.ControlPlane.Tests.Translation.Routes;

/// <summary>What the status of a MetaRouter says.</summary>
public class MetaRouterAnalysisTests
{
    [Fact]
    public void A_good_router_has_no_message() =>
        Assert.Empty(Route("match: { attributes: { interface: { exact: x }, user: { present: true } } }\ntimeout: 2s").Analyze());

    [Theory]
    [InlineData("Method", "the protocol 'dubbo' has no attribute 'Method'")]
    [InlineData("user", null)]
    public void An_attribute_that_the_protocol_surely_does_not_have_is_worth_a_warning(string attribute, string? message)
    {
        var found = Route($"match: {{ attributes: {{ {attribute}: {{ exact: x }} }} }}").Analyze();

        if (message is null)
            Assert.Empty(found);
        else
            Assert.StartsWith($"Warning spec.routes[0].match.attributes[{attribute}]: {message}", Assert.Single(found));
    }

    [Fact]
    public void A_hash_policy_that_nothing_balances_by_is_worth_a_warning() =>
        Assert.Equal(
            ["Warning spec.routes[0].hashPolicy: no effect: no DestinationRule of the destinations balances by consistentHash"],
            Route("hashPolicy: [{ attribute: user }]").Analyze());

    [Fact]
    public void The_parts_of_rate_limits_are_checked()
    {
        var mesh = Mesh($$"""
            localRateLimit:
              tokenBucket: { maxTokens: 5, tokensPerFill: 5, fillInterval: 60s }
              conditions:
              - match: { attributes: { Method: { exact: sayHello } } }
                tokenBucket: { maxTokens: 2, fillInterval: 60s }
              - match: { attributes: { Method: { exact: sayHello }, user: { exact: x } } }
                tokenBucket: { maxTokens: 1, fillInterval: 60s }
            globalRateLimit:
              domain: production
              rateLimitService: outbound|8081||rate-limit-server.metaprotocol.svc.cluster.local
              requestTimeout: 100ms
              descriptors: [{ property: Interface, descriptorKey: interface }]
              combinedDescriptors: [{ entries: [{ property: Method, descriptorKey: method }, { value: gold, descriptorKey: tier }] }]
            routes:
            - route: [{ destination: { host: {{Host}} } }]
              localRateLimit: { tokenBucket: { maxTokens: 1, fillInterval: 1s }, per: { attribute: Method } }
            """);

        var found = mesh.Analyze().ToList();

        Assert.Contains("Resolved spec.globalRateLimit.rateLimitService: there is no service 'rate-limit-server.metaprotocol.svc.cluster.local'", found);
        Assert.Contains(found, message => message.StartsWith("Warning spec.localRateLimit.conditions[0].match.attributes[Method]: the protocol", StringComparison.Ordinal));
        Assert.Contains(found, message => message.StartsWith("Warning spec.globalRateLimit.descriptors[0].property: the protocol", StringComparison.Ordinal));
        Assert.Contains(found, message => message.StartsWith("Warning spec.globalRateLimit.combinedDescriptors[0].entries[0].property: the protocol", StringComparison.Ordinal));
        Assert.Contains(found, message => message.StartsWith("Warning spec.routes[0].localRateLimit.per.attribute: the protocol", StringComparison.Ordinal));
        Assert.Contains("Warning spec.localRateLimit.conditions[1]: never reached: the condition 1 before it matches all that it could match", found);
    }

    [Fact]
    public void Of_two_routers_for_a_host_the_younger_is_told_that_it_is_overruled()
    {
        var mesh = new TestMesh(string.Join("\n---\n", [DemoService.Service, Router(Plain, "old"), Router(Plain, "young")]));

        Assert.Empty(mesh.Analyze("old"));
        Assert.Equal($"Accepted spec.hosts[0]: the MetaRouter default/old routes {Host}, and it is older: there is one for a host", Assert.Single(mesh.Analyze("young")));
    }

    [Fact]
    public void A_router_for_other_namespaces_or_for_a_gateway_overrules_nobody()
    {
        const string Far = "gateways: [edge]\n" + Plain, Hidden = "exportTo: [far]\n" + Plain;
        var mesh = new TestMesh(string.Join("\n---\n", [DemoService.Service, Router(Far, "far"), Router(Hidden, "hidden"), Router("exportTo: [default]\n" + Plain, "young")]));

        Assert.Empty(mesh.Analyze("young"));
    }

    [Fact]
    public void A_host_that_nobody_serves_is_not_resolved()
    {
        var mesh = new TestMesh(Router(Plain));

        Assert.Equal($"Resolved spec.hosts[0]: there is no service '{Host}'", Assert.Single(mesh.Analyze()));
    }

    [Fact]
    public void A_service_of_bytes_has_no_use_for_routes()
    {
        var mesh = new TestMesh($$"""
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: { name: bytes }
            spec: { hosts: [{{Host}}], ports: [{ number: 20880, name: tcp }] }
            ---
            {{Router(Plain)}}
            """);

        Assert.StartsWith("Warning spec.hosts[0]: no effect: no port of", Assert.Single(mesh.Analyze()));
    }

    [Fact]
    public void A_gateway_must_exist()
    {
        var mesh = Mesh("gateways: [mesh, edge, istio-system/ingress]\n" + Plain);

        Assert.Equal(
            [
                "Resolved spec.gateways[1]: there is no Gateway 'default/edge'",
                "Resolved spec.gateways[2]: there is no Gateway 'istio-system/ingress'",
            ],
            mesh.Analyze());
    }
}
