using Envoy.Config.Bootstrap.V3;
using Meltemi.Xds.Reading;

namespace Meltemi.Tests.Xds.Reading;

/// <summary>Every kind of problem, with its exact place, path and words.</summary>
public class ReaderProblemTests
{
    [Theory]
    [InlineData(
        "node: {id: a}\nnoed: 1\n",
        "2:1 noed: 'noed' is not implemented, ignored; did you mean 'node'?")]
    [InlineData(
        "static_resources:\n  clusters:\n  - name: c\n    conectTimeout: 5s\n",
        "4:5 static_resources.clusters[0].conectTimeout: 'conectTimeout' is not implemented, ignored; did you mean 'connect_timeout'?")]
    [InlineData(
        "static_resources:\n  clusters:\n  - name: c\n    upstream_config: {name: x}\n",
        "4:5 static_resources.clusters[0].upstream_config: 'upstream_config' is not implemented, ignored")]
    [InlineData(
        "static_resources:\n  listeners:\n  - name: l\n    address: {pipe: {path: x}}\n    api_listener: {unknown: 1}\n",
        "5:5 static_resources.listeners[0].api_listener: not implemented yet, ignored")]
    public void What_has_no_effect_is_a_warning(string text, string problem) => Check(text, ProblemSeverity.Warning, problem);

    [Theory]
    [InlineData("static_resources: 5\n", "1:19 static_resources: expected an object with the fields of StaticResources, found `5`")]
    [InlineData("node: [a]\n", "1:7 node: expected an object with the fields of Node, found a list")]
    [InlineData("node: {id: {a: 1}}\n", "1:12 node.id: expected a text, found an object")]
    [InlineData("node: {id: x}\nnode: {id: y}\n", "2:1: the key 'node' is there twice, first in line 1")]
    [InlineData(
        "node: {user_agent_name: x, userAgentName: y}\n",
        "1:28 node.user_agent_name: 'user_agent_name' is there twice, under two spellings")]
    [InlineData("node: {client_features: [a, ~]}\n", "1:29 node.client_features[1]: a list has no empty places")]
    [InlineData("", ": there is nothing in it")]
    [InlineData("just text\n", "1:1: expected an object with the fields of Bootstrap, found `just text`")]
    public void A_wrong_shape_is_an_error(string text, string problem) => Check(text, ProblemSeverity.Error, problem);

    [Theory]
    [InlineData("connect_timeout: 5", "4:22 {0}.connect_timeout: expected a duration such as 5s or 0.25s, found `5`; did you mean 5s?")]
    [InlineData(
        "connect_timeout: 250ms",
        "4:22 {0}.connect_timeout: expected a duration such as 5s or 0.25s, found `250ms`; did you mean 0.25s?")]
    [InlineData("connect_timeout: soon", "4:22 {0}.connect_timeout: expected a duration such as 5s or 0.25s, found `soon`")]
    [InlineData("connect_timeout: 0s", "4:22 {0}.connect_timeout: must be more than 0 s, not 0 s")]
    [InlineData("connect_timeout: -1s", "4:22 {0}.connect_timeout: must be more than 0 s, not -1 s")]
    [InlineData(
        "type: STATIK",
        "4:11 {0}.type: expected one of STATIC, STRICT_DNS, LOGICAL_DNS, EDS, ORIGINAL_DST, found `STATIK`; did you mean STATIC?")]
    [InlineData("type: 9", "4:11 {0}.type: expected one of STATIC, STRICT_DNS, LOGICAL_DNS, EDS, ORIGINAL_DST, found `9`")]
    [InlineData("type: EDS\n    cluster_type: {name: x}", "5:5 {0}.cluster_type: 'cluster_type' and 'type' exclude each other")]
    [InlineData(
        "per_connection_buffer_limit_bytes: 10",
        "4:40 {0}.per_connection_buffer_limit_bytes: must be from 1024 to 1073741824, not 10")]
    [InlineData(
        "per_connection_buffer_limit_bytes: lots",
        "4:40 {0}.per_connection_buffer_limit_bytes: expected a whole number, found `lots`")]
    [InlineData(
        "per_connection_buffer_limit_bytes: 2048.5",
        "4:40 {0}.per_connection_buffer_limit_bytes: expected a whole number, found `2048.5`")]
    [InlineData(
        "per_connection_buffer_limit_bytes: 5000000000",
        "4:40 {0}.per_connection_buffer_limit_bytes: must be from 0 to 4294967295, not 5000000000")]
    [InlineData(
        "connection_pool_per_downstream_connection: \"true\"",
        "4:48 {0}.connection_pool_per_downstream_connection: expected true or false, found the text \"true\"")]
    [InlineData("load_balancing_policy: {}", "4:28 {0}.load_balancing_policy.policies: 'policies' is missing")]
    [InlineData("load_balancing_policy: {policies: []}", "4:39 {0}.load_balancing_policy.policies: 'policies' is empty")]
    [InlineData("transport_socket: {name: \"\"}", "4:30 {0}.transport_socket.name: 'name' is empty")]
    [InlineData(
        "transport_socket: {name: x, typed_config: {a: 1}}",
        "4:47 {0}.transport_socket.typed_config: @type is missing")]
    [InlineData(
        "load_assignment: {endpoints: {lb_endpoints: {endpoint: {address: {}}}}}",
        "4:70 {0}.load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.address: one of socket_address, pipe is needed")]
    [InlineData("typed_extension_protocol_options: [a]", "4:39 {0}.typed_extension_protocol_options: expected an object, found a list")]
    [InlineData("metadata: {filter_metadata: {x: 5}}", "4:37 {0}.metadata.filter_metadata[x]: expected an object, found `5`")]
    public void A_wrong_value_is_an_error(string field, string problem) => Check(
        $"static_resources:\n  clusters:\n  - name: c\n    {field}\n", ProblemSeverity.Error,
        problem.Replace("{0}", "static_resources.clusters[0]"));

    [Fact]
    public void All_problems_are_reported_in_the_order_of_the_text()
    {
        var problems = Read("""
            static_resources:
              clusters:
              - type: NONE
              - name: c
                lb_policy: BEST
                connect_timeout: fast
            node: 1
            """, out _);

        Assert.Equal(
            ["3:5", "3:11", "5:16", "6:22", "7:7"],
            problems.ToSorted().Select(problem => $"{problem.Mark.Line}:{problem.Mark.Column}"));
    }

    [Fact]
    public void What_is_right_is_read_beside_what_is_wrong()
    {
        Read("node: {id: a}\nstatic_resources: {clusters: [{name: c, type: NONE, lb_policy: MAGLEV}]}\n", out var bootstrap);

        Assert.Equal("a", bootstrap.Node.Id);
        Assert.Equal(Envoy.Config.Cluster.V3.Cluster.Types.LbPolicy.Maglev, bootstrap.StaticResources.Clusters[0].LbPolicy);
    }

    private static void Check(string text, ProblemSeverity severity, string expected)
    {
        var problem = Assert.Single(Read(text, out _).ToSorted());

        Assert.Equal(expected, problem.Mark.Line == 0 ? $": {problem.Message}" : problem.ToString());
        Assert.Equal(severity, problem.Severity);
    }

    private static ProblemList Read(string text, out Bootstrap bootstrap)
    {
        var problems = new ProblemList();
        bootstrap = ResourceReader.Read(text, "envoy.config.bootstrap.v3.Bootstrap", Bootstrap.Parser, problems);
        return problems;
    }
}
