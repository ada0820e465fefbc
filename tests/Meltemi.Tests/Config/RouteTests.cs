using Meltemi.Codec;
using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Config;

/// <summary>Both forms of routes. The list stands from line 14 on; paths below are relative to the table.</summary>
public class RouteTests
{
    private const string Table = Yaml.ProtocolPath + ".route_config";

    public static TheoryData<string, ValueMatch> Matchers => new()
    {
        { "exact_match: a", new ExactMatch("a") },
        { "exact_match: ''", new ExactMatch("") },
        { "prefix_match: a", new PrefixMatch("a") },
        { "suffix_match: a", new SuffixMatch("a") },
        { "contains_match: a", new ContainsMatch("a") },
        { "safe_regex_match: {regex: a+}", new RegexMatch("a+") },
        { "range_match: {start: 1, end: 5}", new RangeMatch(1, 5) },
        { "present_match: true", new PresentMatch() },
        { "present_match: false", new PresentMatch(false) },
        { "string_match: {exact: a, ignore_case: true}", new ExactMatch("a", true) },
        { "string_match: {prefix: a}", new PrefixMatch("a") },
        { "string_match: {suffix: a, ignoreCase: true}", new SuffixMatch("a", true) },
        { "string_match: {contains: a}", new ContainsMatch("a") },
        { "string_match: {safe_regex: {regex: '[a-z]'}}", new RegexMatch("[a-z]") },
        { "invert_match: false", new PresentMatch() },
    };

    [Theory]
    [MemberData(nameof(Matchers))]
    public void Every_matcher_becomes_a_condition(string matcher, ValueMatch expected)
    {
        var route = Aeraki($"{{match: {{metadata: [{{name: method, {matcher}}}]}}, route: {{cluster: c}}}}").Routes[0];

        Assert.Equal(new AttributeMatch("method", expected), Assert.Single(route.Match));
    }

    [Fact]
    public void A_matcher_may_be_inverted_and_take_what_is_missing_for_empty()
    {
        const string Matcher = "{name: m, exact_match: a, invert_match: true, treat_missing_header_as_empty: true}";
        var route = Aeraki($"{{match: {{metadata: {Matcher}}}, route: {{cluster: c}}}}").Routes[0];

        Assert.Equal(new AttributeMatch("m", new ExactMatch("a"), Invert: true, MissingAsEmpty: true), Assert.Single(route.Match));
    }

    [Fact]
    public void Aerakis_route_has_mutations_weights_and_hash_policies()
    {
        var route = Aeraki("""
            name: r
            route:
              weighted_clusters: {clusters: [{name: c, weight: 3}, {name: c, weight: 0}]}
              hash_policy: [interface, method]
            request_mutation: {key: a, value: b}
            response_mutation: [{key: x, value: y}, {key: z, value: ''}]
            """, flow: false).Routes[0];

        Assert.Equal("r", route.Name);
        Assert.Equal([3u, 0u], route.Clusters.Select(cluster => cluster.Weight));
        Assert.Equal(["interface", "method"], route.HashPolicies.Select(policy => policy.Attribute));
        Assert.Equal(new MutationConfig(ChangeKind.Set, "a", "b"), Assert.Single(route.RequestMutations));
        Assert.Equal(["x=y", "z="], route.ResponseMutations.Select(mutation => $"{mutation.Key}={mutation.Value}"));
    }

    [Fact]
    public void Envoys_route_has_them_in_its_own_words()
    {
        var route = Envoy("""
            request_headers_to_remove: table-gone
            request_headers_to_add: {header: {key: table, value: t}, append_action: ADD_IF_ABSENT}
            virtual_hosts:
              domains: ["*"]
              request_headers_to_add: {header: {key: host, value: h}}
              routes:
                name: r
                match: {prefix: /, headers: {name: method, exact_match: m}}
                metadata: {filter_metadata: {f: {a: 1, b: [x]}}}
                request_headers_to_add: {header: {key: route, raw_value: cg==}, append: false}
                response_headers_to_remove: gone
                route:
                  weighted_clusters: {total_weight: 10, clusters: [{name: c, weight: 10}], use_hash_policy: true}
                  timeout: 0.5s
                  hash_policy:
                  - {header: {header_name: user}, terminal: true}
                  - {connection_properties: {source_ip: true}}
            """).Routes[0];

        Assert.Equal("r", route.Name);
        Assert.Equal(TimeSpan.FromMilliseconds(500), route.Timeout);
        Assert.Equal([new HashPolicy("user", true), new(null)], route.HashPolicies.AsEnumerable());
        Assert.True(route.SplitsByHash);
        Assert.Equal("{\"a\":1,\"b\":[\"x\"]}", route.Metadata["f"]);
        Assert.Equal(
            [
                new(ChangeKind.Set, "route", "r"), new(ChangeKind.Set, "host", "h"),
                new(ChangeKind.Remove, "table-gone", ""), new MutationConfig(ChangeKind.Add, "table", "t"),
            ],
            route.RequestMutations.AsEnumerable());
        Assert.Equal(new MutationConfig(ChangeKind.Remove, "gone", ""), Assert.Single(route.ResponseMutations));
    }

    [Fact]
    public void Virtual_hosts_are_put_one_after_the_other()
    {
        var table = Envoy("""
            virtual_hosts:
            - routes: [{name: a, match: {prefix: '', headers: {name: method}}, route: {cluster: c}}]
            - routes: [{name: b, match: {}, route: {cluster: c, timeout: 0s}}]
            """);

        Assert.Equal(["a", "b"], table.Routes.Select(route => route.Name));
        Assert.Equal([null, TimeSpan.Zero], table.Routes.Select(route => route.Timeout));
    }

    [Theory]
    [InlineData(
        "{match: {metadata: [{name: m, safe_regex_match: {regex: 'a('}}]}, route: {cluster: c}}",
        ".match.metadata[0].safe_regex_match.regex: not a regular expression, after character 2: InsufficientClosingParentheses")]
    [InlineData(
        "{match: {metadata: [{name: m, safe_regex_match: {regex: '(a)\\1'}}]}, route: {cluster: c}}",
        ".match.metadata[0].safe_regex_match.regex: the expression cannot run in linear time")]
    [InlineData("{route: {weighted_clusters: {clusters: [{name: c, weight: 0}]}}}", ".route.weighted_clusters.clusters: all weights are 0")]
    [InlineData("{route: {}}", ".route.cluster_specifier: one of cluster, weighted_clusters is needed")]
    [InlineData("{name: x}", ".route: 'route' is missing")]
    [InlineData(
        "{match: {metadata: [{name: m, exact_match: a, prefix_match: b}]}, route: {cluster: c}}",
        ".match.metadata[0].prefix_match: 'prefix_match' and 'exact_match' exclude each other")]
    [InlineData("{match: {metadata: [{exact_match: a}]}, route: {cluster: c}}", ".match.metadata[0].name: 'name' is missing")]
    public void A_route_that_cannot_work_is_an_error(string route, string error)
    {
        var found = Assert.Single(Yaml.Errors(Yaml.Routes($"[{route}]")));

        Assert.StartsWith("14:", found);
        Assert.Contains($" {Table}.routes[0]{error}", found);
    }

    [Theory]
    [InlineData("{match: {path: /a}, route: {cluster: c}}", ".match: only the prefix / can be matched")]
    [InlineData("{match: {prefix: /a}, route: {cluster: c}}", ".match: only the prefix / can be matched")]
    [InlineData("{match: {prefix: /}, redirect: {}}", ".action: 'Redirect' needs HTTP; a route leads to a cluster")]
    [InlineData("{match: {prefix: /}, route: {cluster_header: x}}", ".route.cluster_header: choosing the cluster by an attribute")]
    [InlineData(
        "{match: {prefix: /}, route: {cluster: c}, request_headers_to_add: {header: {key: a, value: '%NOBODY%'}}}",
        ".request_headers_to_add[0].header.value: position 1: there is no command 'NOBODY'")]
    [InlineData("{match: {prefix: /}}", ".action: one of route, redirect, direct_response, non_forwarding_action is needed")]
    public void What_needs_http_or_is_no_template_is_an_error(string route, string error)
    {
        var found = Assert.Single(Yaml.Errors(EnvoyText($"virtual_hosts: {{routes: [{route}]}}")));

        Assert.Contains($" {Table}.virtual_hosts[0].routes[0]{error}", found);
    }

    [Fact]
    public void A_number_in_an_attribute_may_decide_between_clusters() => Assert.Equal(
        "draw", Envoy("virtual_hosts: {routes: {match: {}, route: {weighted_clusters: {header_name: draw, clusters: [{name: c, weight: 1}]}}}}").Routes[0].SplitAttribute);

    [Theory]
    [InlineData("{route: {cluster: d}}", ".routes[0].route.cluster: there is no cluster 'd': requests are answered with NC")]
    [InlineData(
        "{match: {metadata: {name: Method, exact_match: a}}, route: {cluster: c}}",
        ".routes[0].match.metadata[0].name: the protocol 'dubbo' has no attribute 'Method'; it has interface, method; did you mean "
            + "'method'?")]
    [InlineData("{route: {cluster: c}}, {route: {cluster: c}}", ".routes[1]: never reached: the route in line 14 matches everything")]
    [InlineData(
        "{match: {metadata: {name: m, range_match: {start: 5, end: 5}}}, route: {cluster: c}}",
        ".routes[0].match.metadata[0].range_match: the range is empty: its end is not above its start")]
    [InlineData(
        "{route: {weighted_clusters: {total_weight: 100, clusters: [{name: c, weight: 9}]}}}",
        ".routes[0].route.weighted_clusters.total_weight: the weights add up to 9, not to 100; they count as shares of 9")]
    [InlineData(
        "{route: {weighted_clusters: {use_hash_policy: true, clusters: [{name: c}]}}}",
        ".routes[0].route.weighted_clusters.use_hash_policy: no effect: the route has no hash_policy")]
    public void What_is_likely_a_slip_is_a_warning(string routes, string warning)
    {
        Assert.EndsWith($" {Table}{warning}", Assert.Single(Yaml.Warnings(Yaml.Routes($"[{routes}]"))));
    }

    [Fact]
    public void Aerakis_values_are_taken_as_they_are_if_they_are_no_templates()
    {
        var result = Yaml.Load(Yaml.Routes("[{route: {cluster: c}, request_mutation: [{key: a, value: '50% off'}, {key: b, value: '%REQ(user)%'}]}]"));

        Assert.EndsWith(
            "request_mutation[0].value: taken as it is, percent signs and all: position 3: the command does not end with '%' (a percent sign is written '%%')",
            Assert.Single(result.Problems).ToString());
        var chain = Assert.IsType<ProtocolChainConfig>(result.Config!.Listeners[0].Chain);
        Assert.Equal(["50%% off", "%REQ(user)%"], chain.Routes.Routes[0].RequestMutations.Select(change => change.Value));
    }

    [Fact]
    public void Every_append_action_has_its_change()
    {
        var route = Envoy("""
            virtual_hosts:
              routes:
                match: {prefix: /}
                route: {cluster: c}
                request_headers_to_add:
                - {header: {key: a, value: '1'}}
                - {header: {key: b, value: '2'}, append_action: ADD_IF_ABSENT}
                - {header: {key: c, value: '3'}, append_action: OVERWRITE_IF_EXISTS_OR_ADD}
                - {header: {key: d, value: '%REQ(e)%'}, append_action: OVERWRITE_IF_EXISTS, keep_empty_value: true}
            """).Routes[0];

        Assert.Equal(
            [
                new(ChangeKind.Set, "a", "1"), new(ChangeKind.Add, "b", "2"), new(ChangeKind.Set, "c", "3"),
                new MutationConfig(ChangeKind.Replace, "d", "%REQ(e)%", true),
            ],
            route.RequestMutations.AsEnumerable());
    }

    [Theory]
    [InlineData("thrift", "request_mutation: {key: a, value: b}", "requests of the protocol 'thrift' cannot be changed")]
    [InlineData("thrift", "response_mutation: {key: a, value: b}", "answers of the protocol 'thrift' cannot be changed")]
    [InlineData("dubbo", "request_mutation: {key: kind, value: b}", "'kind' of requests of the protocol 'dubbo' cannot be changed")]
    [InlineData("dubbo", "response_mutation: {key: code, value: b}", "'code' of answers of the protocol 'dubbo' cannot be changed")]
    public void Changing_what_cannot_be_changed_is_an_error(string protocol, string change, string complaint)
    {
        var text = Yaml.Protocol($"application_protocol: {protocol}\nroute_config: {{routes: {{route: {{cluster: c}}, {change}}}}}");

        Assert.EndsWith($".routes[0]: {complaint}", Assert.Single(Yaml.Errors(text)));
    }

    [Fact]
    public void Domains_are_ignored_with_a_warning()
    {
        var text = EnvoyText("virtual_hosts: {domains: ['*', a.example], routes: {match: {}, route: {cluster: c}}}");

        Assert.EndsWith(
            $"{Table}.virtual_hosts[0].domains[1]: ignored: the routes of all virtual hosts are for all requests",
            Assert.Single(Yaml.Warnings(text)));
    }

    [Fact]
    public void Asked_to_validate_clusters_an_unknown_one_is_an_error()
    {
        var text = EnvoyText("validate_clusters: true\nvirtual_hosts: {routes: {match: {}, route: {cluster: nobody}}}");

        Assert.EndsWith(".route.cluster: there is no cluster 'nobody'", Assert.Single(Yaml.Errors(text)));
    }

    private static RouteTableConfig Aeraki(string routes, bool flow = true) =>
        flow ? Assert.IsType<ProtocolChainConfig>(Yaml.LoadClean(Yaml.Routes($"[{routes}]")).Listeners[0].Chain).Routes
            : Yaml.LoadChain($"application_protocol: dubbo\nroute_config:\n  routes:\n{Indent(routes, 4)}").Routes;

    private static RouteTableConfig Envoy(string table) =>
        Assert.IsType<ProtocolChainConfig>(Yaml.LoadClean(EnvoyText(table)).Listeners[0].Chain).Routes;

    private static string EnvoyText(string table) => Yaml.Protocol($"application_protocol: dubbo\nroute_config:\n{Indent(table, 2)}");

    private static string Indent(string text, int columns) =>
        string.Join('\n', text.Split('\n').Select(line => new string(' ', columns) + line));
}
