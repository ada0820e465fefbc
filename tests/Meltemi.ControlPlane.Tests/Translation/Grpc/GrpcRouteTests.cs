using Envoy.Config.Cluster.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Http.Fault.V3;
using static Meltemi.ControlPlane.Tests.Translation.Grpc.GrpcMesh;

namespace Meltemi.ControlPlane.Tests.Translation.Grpc;

/// <summary>VirtualServices as gRPC's clients get them.</summary>
public class GrpcRouteTests
{
    private const string Nowhere = "BlackHoleCluster";
    private const string To = $"route: [{{ destination: {{ host: {Host}, subset: v1 }} }}]";

    private static Route Only(string fields) => Assert.Single(With(VirtualService($"- {fields}\n  {To}")).RouteList());

    private static RouteMatch Match(string match) => Only($"match: [{{ {match} }}]").Match;

    [Fact]
    public void Without_a_VirtualService_everything_goes_to_the_service()
    {
        var route = Assert.Single(new GrpcMesh(Greeter).RouteList());

        Assert.Equal(("", Whole), (route.Match.Prefix, route.Route_.Cluster));
    }

    [Theory]
    [InlineData("uri: { prefix: / }", "prefix /")]
    [InlineData("uri: { prefix: /pkg.Greeter/ }", "prefix /pkg.Greeter/")]
    [InlineData("uri: { prefix: /pkg.Greeter/Say }", @"regex /pkg\.Greeter/Say.*")]
    [InlineData("uri: { prefix: /pkg }", "regex /pkg.*")]
    [InlineData("uri: { exact: /pkg.Greeter/SayHello }", "path /pkg.Greeter/SayHello")]
    [InlineData("uri: { regex: '/pkg.*/Say.*' }", "regex /pkg.*/Say.*")]
    [InlineData("uri: { regex: '/pkg.*' }, ignoreUriCase: true", "regex (?i)/pkg.*")]
    [InlineData("uri: { exact: /pkg.Greeter/SayHello }, ignoreUriCase: true", "path /pkg.Greeter/SayHello any case")]
    [InlineData("method: { exact: POST }", "prefix ")]
    [InlineData($"authority: {{ exact: '{Host}:50051' }}", "prefix ")]
    [InlineData("port: 50051", "prefix ")]
    [InlineData("sourceLabels: { app: caller }", "prefix ")]
    [InlineData("sourceNamespace: shop", "prefix ")]
    [InlineData("gateways: [mesh]", "prefix ")]
    public void Paths_and_what_is_known_of_the_call(string match, string expected)
    {
        var translated = Match(match);

        var path = translated.PathSpecifierCase switch
        {
            RouteMatch.PathSpecifierOneofCase.Prefix => $"prefix {translated.Prefix}",
            RouteMatch.PathSpecifierOneofCase.Path => $"path {translated.Path}",
            _ => $"regex {translated.SafeRegex.Regex}",
        };
        Assert.Equal(expected, path + (translated.CaseSensitive == false ? " any case" : ""));
    }

    [Theory]
    [InlineData("method: { exact: GET }")]
    [InlineData("queryParams: { q: { exact: x } }")]
    [InlineData("scheme: { exact: https }")]
    [InlineData("authority: { exact: other.org }")]
    [InlineData("port: 80")]
    [InlineData("sourceLabels: { app: other }")]
    [InlineData("sourceNamespace: bank")]
    [InlineData("gateways: [edge]")]
    [InlineData("headers: { ':path': { exact: x } }")]
    [InlineData("headers: { grpc-timeout: { exact: x } }")]
    public void A_match_that_never_holds_is_left_out_and_a_table_without_routes_lets_calls_fail(string match)
    {
        var mesh = With(VirtualService($"- match: [{{ {match} }}]\n  {To}"));

        Assert.Empty(mesh.RouteList());
        Assert.Equal(Nowhere, Assert.Single(Assert.Single(mesh.Routes()!.VirtualHosts).Routes).Route_.Cluster);
    }

    [Fact]
    public void The_cluster_that_leads_nowhere_has_no_endpoints()
    {
        var mesh = new GrpcMesh(Greeter);

        Assert.Equal(Cluster.Types.DiscoveryType.Eds, mesh.Cluster(Nowhere)!.Type);
        Assert.Empty(mesh.Endpoints(Nowhere)!.Endpoints);
    }

    [Theory]
    [InlineData("headers: { USER: { exact: jason } }", "user exact jason")]
    [InlineData("headers: { user: { prefix: j } }", "user prefix j")]
    [InlineData("headers: { user: { regex: 'j.*' } }", "user regex j.*")]
    [InlineData("headers: { user: {} }", "user present")]
    [InlineData("withoutHeaders: { user: {} }", "user not present")]
    [InlineData("withoutHeaders: { user: { exact: jason } }", "user not present", "user not exact jason")]
    [InlineData("headers: { a: {} }, withoutHeaders: { b: { exact: x }, c: {}, d: { prefix: y } }",
        "a present, b not present, c not present, d not present", "a present, b not present, c not present, d not prefix y",
        "a present, b not exact x, c not present, d not present", "a present, b not exact x, c not present, d not prefix y")]
    public void Headers(string match, params string[] expected) => Assert.Equal(
        expected,
        With(VirtualService($"- match: [{{ {match} }}]\n  {To}")).RouteList().Select(route => string.Join(", ", route.Match.Headers.Select(Describe))));

    [Fact]
    public void Too_many_headers_to_do_without_are_reported()
    {
        var headers = string.Join(", ", Enumerable.Range(0, 5).Select(i => $"h{i}: {{ exact: x }}"));
        var mesh = With(VirtualService($"- match: [{{ withoutHeaders: {{ {headers} }} }}]\n  {To}"));

        Assert.Empty(mesh.RouteList());
        Assert.Contains(mesh.Mesh.Messages, message => message.StartsWith("Warning spec.http[0].match[0].withoutHeaders: no gRPC call matches", StringComparison.Ordinal));
    }

    [Fact]
    public void Alternatives_are_routes_of_their_own_in_order()
    {
        var routes = With(VirtualService($$"""
            - name: first
              match: [{ uri: { prefix: /a/ } }, { method: { exact: GET } }, { uri: { prefix: /b/ } }]
              {{To}}
            - name: second
              route: [{ destination: { host: greeter, subset: v2 } }]
            """)).RouteList();

        Assert.Equal(["first /a/", "first /b/", "second "], routes.Select(route => $"{route.Name} {route.Match.Prefix}"));
    }

    [Fact]
    public void Weights_have_a_total_and_none_is_zero()
    {
        var action = Assert.Single(With(VirtualService($$"""
            - route:
              - { destination: { host: {{Host}}, subset: v1 }, weight: 9 }
              - { destination: { host: {{Host}}, subset: v2 }, weight: 1 }
              - { destination: { host: {{Host}} }, weight: 0 }
            """)).RouteList()).Route_;

        Assert.Equal(10u, action.WeightedClusters.TotalWeight);
        Assert.Equal([(V1, 9u), (V2, 1u)], action.WeightedClusters.Clusters.Select(cluster => (cluster.Name, cluster.Weight!.Value)));
    }

    [Fact]
    public void Great_weights_keep_their_relation()
    {
        var action = Assert.Single(With(VirtualService($$"""
            - route:
              - { destination: { host: {{Host}}, subset: v1 }, weight: 2000000000 }
              - { destination: { host: {{Host}}, subset: v2 }, weight: 1000000000 }
              - { destination: { host: {{Host}} }, weight: 2000000000 }
            """)).RouteList()).Route_;

        Assert.Equal([1000000000u, 500000000u, 1000000000u], action.WeightedClusters.Clusters.Select(cluster => cluster.Weight!.Value));
    }

    [Fact]
    public void Time_limits_retries_and_faults()
    {
        var route = Only("""
            timeout: 2s
              retries: { attempts: 3, retryOn: 'unavailable,reset,resource-exhausted', backoff: 10ms }
              fault: { abort: { percentage: { value: 50 }, grpcStatus: UNAVAILABLE } }
            """);

        Assert.Equal(2, route.Route_.MaxStreamDuration.MaxStreamDuration_.Seconds);
        Assert.Equal(("unavailable,resource-exhausted", 3u), (route.Route_.RetryPolicy.RetryOn, route.Route_.RetryPolicy.NumRetries));
        Assert.Equal(14u, route.TypedPerFilterConfig["envoy.filters.http.fault"].Unpack<HTTPFault>().Abort.GrpcStatus);
        Assert.Null(Only("timeout: 0s").Route_.MaxStreamDuration);
        Assert.Null(Only("retries: { attempts: 0 }").Route_.RetryPolicy);
        Assert.Equal("unavailable", Only("retries: { attempts: 1, retryOn: 'connect-failure,503' }").Route_.RetryPolicy.RetryOn);
    }

    [Theory]
    [InlineData("redirect: { uri: /x }")]
    [InlineData("directResponse: { status: 503 }")]
    public void What_the_clients_cannot_do_fails_and_does_not_go_elsewhere(string action)
    {
        var mesh = With(VirtualService($"- {action}"));

        Assert.Equal(Nowhere, Assert.Single(mesh.RouteList()).Route_.Cluster);
        Assert.Contains(mesh.Mesh.Messages, message => message.Contains("gRPC's clients cannot do", StringComparison.Ordinal));
    }

    [Fact]
    public void A_change_of_the_path_is_not_dropped_silently() => Assert.Equal(Nowhere, Only("rewrite: { uri: /x }").Route_.Cluster);

    [Fact]
    public void What_has_no_effect_is_said()
    {
        var mesh = With(VirtualService($"- mirrors: [{{ destination: {{ host: {Host} }} }}]\n  headers: {{ request: {{ remove: [x] }} }}\n  {To}"));

        Assert.NotNull(Assert.Single(mesh.RouteList()).Route_);
        Assert.Equal(
            ["Warning spec.http[0].headers: no effect on gRPC's clients: they do not change headers", "Warning spec.http[0].mirrors: no effect on gRPC's clients: they do not mirror"],
            mesh.Mesh.Messages.Order());
    }

    [Fact]
    public void Calls_of_destinations_that_do_not_exist_fail_at_once()
    {
        var mesh = With(VirtualService($$"""
            - match: [{ uri: { exact: /a.B/C } }]
              route: [{ destination: { host: nobody.org } }]
            - route:
              - { destination: { host: {{Host}}, subset: v9 }, weight: 1 }
              - { destination: { host: {{Host}}, subset: v1 }, weight: 2 }
              - { destination: { host: nobody.org }, weight: 3 }
            """));

        Assert.Equal(Nowhere, mesh.RouteList().First().Route_.Cluster);
        Assert.Equal([(Nowhere, 4u), (V1, 2u)], mesh.RouteList().Last().Route_.WeightedClusters.Clusters.Select(cluster => (cluster.Name, cluster.Weight!.Value)));
        Assert.Contains(mesh.Mesh.Messages, message => message.StartsWith("Resolved spec.http[0].route[0].destination.host", StringComparison.Ordinal));
    }

    [Fact]
    public void A_VirtualService_for_gateways_or_for_others_does_not_apply()
    {
        var routes = VirtualService($"- {To}");

        Assert.Equal(Whole, Assert.Single(With(routes.Replace("hosts:", "gateways: [edge]\n  hosts:")).RouteList()).Route_.Cluster);
        Assert.Equal(Whole, Assert.Single(With(routes.Replace("hosts:", "exportTo: [bank]\n  hosts:")).RouteList()).Route_.Cluster);
        Assert.Equal(V1, Assert.Single(With(routes.Replace(Host + "]", "'*.shop.svc.cluster.local']")).RouteList()).Route_.Cluster);
    }

    [Fact]
    public void Whatever_a_VirtualService_says_the_clients_accept_it()
    {
        var random = new Random(23);
        for (var round = 0; round < 200; round++)
        {
            var mesh = With(VirtualService(string.Join('\n', Enumerable.Range(0, random.Next(1, 5)).Select(_ => Random(random)))), broken: true);

            // The rules are checked on the way.
            Assert.NotNull(mesh.Routes());
        }
    }

    private static string Describe(HeaderMatcher header) => $"{header.Name} {(header.InvertMatch ? "not " : "")}" + header.HeaderMatchSpecifierCase switch
    {
        HeaderMatcher.HeaderMatchSpecifierOneofCase.ExactMatch => $"exact {header.ExactMatch}",
        HeaderMatcher.HeaderMatchSpecifierOneofCase.PrefixMatch => $"prefix {header.PrefixMatch}",
        HeaderMatcher.HeaderMatchSpecifierOneofCase.SafeRegexMatch => $"regex {header.SafeRegexMatch.Regex}",
        _ => "present",
    };

    private static string Random(Random random)
    {
        string[] matches =
        [
            "uri: { prefix: /pkg }", "uri: { prefix: /a.B/ }", "uri: { exact: /a.B/C }", "uri: { regex: '/a.*' }", "uri: { regex: 'a(' }", "method: { exact: GET }",
            "headers: { x: { exact: y } }", "headers: { x: {} }", "headers: { grpc-x: {} }", "withoutHeaders: { x: { prefix: y } }", "ignoreUriCase: true, uri: { prefix: / }",
        ];
        string[] fields =
        [
            "timeout: 1s", "timeout: 0s", "retries: { attempts: 9, retryOn: 'gateway-error,cancelled' }", "retries: { attempts: 0 }", "mirror: { host: x.org }",
            "fault: { abort: { httpStatus: 500, percentage: { value: 10 } } }", "fault: { delay: { fixedDelay: 1s } }", "rewrite: { authority: x }", "rewrite: { uri: /x }",
        ];
        string[] actions =
        [
            To, $"route: [{{ destination: {{ host: {Host}, subset: v1 }}, weight: 0 }}, {{ destination: {{ host: {Host} }}, weight: 0 }}]", "redirect: { uri: /x }",
            $"route: [{{ destination: {{ host: {Host}, subset: v1 }}, weight: 30 }}, {{ destination: {{ host: {Host} }}, weight: 12 }}]", "route: [{ destination: { host: no.org } }]",
        ];
        var match = string.Join(", ", Enumerable.Range(0, random.Next(3)).Select(_ => $"{{ {Pick(matches)} }}"));
        return $"- match: [{match}]\n  {Pick(fields)}\n  {Pick(actions)}";

        string Pick(string[] from) => from[random.Next(from.Length)];
    }
}
