using Meltemi.Resources;

namespace Meltemi.ControlPlane.Tests.Resources.Validation;

/// <summary>Rules for Sidecar, Gateway and EnvoyFilter.</summary>
public class ScopeRulesTests
{
    [Theory]
    [InlineData("egress: [{port: {number: 80, name: http, protocol: HTTP}, bind: 127.0.0.1, hosts: ['./*', 'a/*']}, {hosts: ['*/*.b.c', shop/orders.shop.svc.cluster.local, '~/*']}]", "")]
    [InlineData("workloadSelector: {labels: {app: a}}, outboundTrafficPolicy: {mode: REGISTRY_ONLY}", "warning: spec.outboundTrafficPolicy: not implemented yet, ignored")]
    [InlineData("workloadSelector: {labels: {app: 'a b'}}", "spec.workloadSelector.labels[app]: 'a b' cannot be a label's value: only letters, digits, -, _ and . are allowed")]
    [InlineData("egress: [{}]", "spec.egress[0].hosts: 'hosts' is missing")]
    [InlineData("egress: [{hosts: [orders]}]", "spec.egress[0].hosts[0]: 'orders' is not namespace/host: there is no slash; ./* is every host of the own namespace")]
    [InlineData("egress: [{hosts: [A/*]}]", "spec.egress[0].hosts[0]: 'A/*' is not namespace/host: in the namespace, only small letters, digits and - are allowed")]
    [InlineData("egress: [{hosts: [./, '~/a', ./a_]}]", "spec.egress[0].hosts[0]: './' is not namespace/host: the host is empty\nspec.egress[0].hosts[1]: '~/a' is not namespace/host: ~ goes with * only: no host at all\nspec.egress[0].hosts[2]: './a_' is not namespace/host: in 'a_', only letters, digits and - are allowed")]
    [InlineData("egress: [{hosts: [./*]}, {port: {number: 80}, hosts: [./*]}]", "spec.egress[0]: without a port it stands for all other ports, so it must be the last one")]
    [InlineData("egress: [{port: {number: 80}, hosts: [./*]}, {port: {number: 80}, hosts: [./*]}]", "spec.egress[1].port.number: port 80 is there twice")]
    [InlineData("egress: [{port: {name: x}, hosts: [./*]}]", "spec.egress[0].port.number: 'number' is missing")]
    [InlineData("egress: [{port: {name: x}, bind: 'unix:///x', hosts: [./*]}]", "")]
    [InlineData("egress: [{bind: 10.0.0.1, hosts: [./*]}]", "spec.egress[0].bind: it needs a port")]
    [InlineData("egress: [{port: {number: 1}, bind: x, hosts: [./*]}]", "spec.egress[0].bind: 'x' is neither an IP address nor unix://PATH")]
    [InlineData("egress: [{captureMode: NON, hosts: [./*]}]", "spec.egress[0].captureMode: expected one of DEFAULT, IPTABLES, NONE, found `NON`; did you mean NONE?")]
    [InlineData("ingress: [{port: {number: 80}}, {port: {number: 80}}]", "spec.ingress[1].port.number: port 80 is there twice")]
    [InlineData("ingress: [{port: {name: x}, bind: y}]", "spec.ingress[0].bind: 'y' is neither an IP address nor unix://PATH")]
    [InlineData("inboundConnectionPool: {}", "warning: spec.inboundConnectionPool: not implemented yet, ignored\nspec.inboundConnectionPool: one of tcp, http is needed")]
    public void Sidecars(string fields, string problems) => Check(ResourceKinds.Sidecar, fields, problems);

    [Theory]
    [InlineData("selector: {istio: ingress}, servers: [{port: {number: 9090, name: tcp-metaprotocol-thrift, protocol: TCP}, hosts: ['*', ns/a.b, ./a.c, '*/a.d']}]", "")]
    [InlineData("selector: {a: b}", "spec.servers: 'servers' is missing")]
    [InlineData("servers: [{}]", "spec.servers[0].port: 'port' is missing\nspec.servers[0].hosts: 'hosts' is missing")]
    [InlineData("servers: [{port: {}, hosts: [a.b]}]", "spec.servers[0].port.number: 'number' is missing\nspec.servers[0].port.protocol: 'protocol' is missing\nspec.servers[0].port.name: 'name' is missing")]
    [InlineData("servers: [{port: {number: 1, name: a, protocol: TCP}, hosts: [a.b, a.b]}]", "spec.servers[0].hosts[1]: 'a.b' is there twice")]
    [InlineData("servers: [{port: {number: 1, name: a, protocol: TCP}, hosts: [N/a.b, ns/a_]}]", "spec.servers[0].hosts[0]: 'N/a.b' is not namespace/host: in the namespace, only small letters, digits and - are allowed\nspec.servers[0].hosts[1]: 'a_' is not a host name: in 'a_', only letters, digits and - are allowed")]
    [InlineData("servers: [{bind: x, port: {number: 1, name: a, protocol: TCP}, hosts: [a.b]}]", "spec.servers[0].bind: 'x' is not an IP address")]
    [InlineData("servers: [{port: {number: 1, name: dubbo, protocol: TCP}, hosts: [a.b]}, {port: {number: 1, name: dubbo-2, protocol: TCP}, hosts: [c.d]}]", "")]
    [InlineData("servers: [{port: {number: 1, name: a, protocol: TCP}, hosts: [a.b]}, {port: {number: 2, name: a, protocol: TCP}, hosts: [c.d]}]", "spec.servers[1].port.name: 'a' is there twice")]
    [InlineData("servers: [{port: {number: 1, name: a, protocol: dubbo}, hosts: [a.b]}, {port: {number: 1, name: b, protocol: thrift}, hosts: [c.d]}]", "spec.servers[1].port: port 1 speaks dubbo already; it cannot speak thrift too")]
    [InlineData("servers: [{port: {number: 1, name: a, protocol: HTTPS}, hosts: [a.b], tls: {}}, {port: {number: 1, name: b, protocol: TLS}, hosts: [c.d], tls: {}}]", "warning: spec.servers[0].tls: not implemented yet, ignored\nwarning: spec.servers[1].tls: not implemented yet, ignored")]
    [InlineData("servers: [{port: {number: 1, name: a, protocol: HTTPS}, hosts: [a.b]}]", "spec.servers[0].tls: 'tls' is missing, which https needs")]
    [InlineData("servers: [{port: {number: 1, name: a, protocol: HTTPS}, hosts: [a.b], tls: {mode: SIMPLE}}]", "warning: spec.servers[0].tls: not implemented yet, ignored")]
    [InlineData("selector: {a: 'b c'}, servers: [{port: {number: 1, name: a, protocol: TCP}, hosts: [a.b]}]", "spec.selector[a]: 'b c' cannot be a label's value: only letters, digits, -, _ and . are allowed")]
    public void Gateways(string fields, string problems) => Check(ResourceKinds.Gateway, fields, problems);

    [Theory]
    [InlineData("{applyTo: CLUSTER, match: {context: SIDECAR_OUTBOUND, cluster: {service: a.b}}, patch: {operation: MERGE, value: {a: [1]}}}", "")]
    [InlineData("{applyTo: NETWORK_FILTER, match: {proxy: {proxyVersion: '1.*'}, listener: {portNumber: 80}}, patch: {operation: INSERT_BEFORE, value: {name: x}}}", "")]
    [InlineData("{applyTo: HTTP_ROUTE, match: {routeConfiguration: {vhost: {name: x}}}, patch: {operation: REMOVE}}", "")]
    [InlineData("{patch: {operation: REMOVE}}", "spec.configPatches[0].applyTo: 'applyTo' is missing")]
    [InlineData("{applyTo: INVALID, patch: {operation: REMOVE}}", "spec.configPatches[0].applyTo: INVALID is no part of a configuration")]
    [InlineData("{applyTo: CLUSTER}", "spec.configPatches[0].patch: 'patch' is missing")]
    [InlineData("{applyTo: CLUSTER, patch: {value: {}}}", "spec.configPatches[0].patch.operation: 'operation' is missing")]
    [InlineData("{applyTo: CLUSTER, patch: {operation: ADD}}", "spec.configPatches[0].patch.value: 'value' is missing, which ADD needs")]
    [InlineData("{applyTo: CLUSTER, patch: {operation: REMOVE, value: {a: b}}}", "warning: spec.configPatches[0].patch.value: REMOVE needs none, ignored")]
    [InlineData("{applyTo: CLUSTER, patch: {operation: INSERT_FIRST, value: {}}}", "spec.configPatches[0].patch.operation: INSERT_FIRST is for NETWORK_FILTER, HTTP_FILTER, LISTENER_FILTER and HTTP_ROUTE, which have an order")]
    [InlineData("{applyTo: CLUSTER, match: {listener: {}}, patch: {operation: REMOVE}}", "spec.configPatches[0].match: applyTo CLUSTER goes with a match for cluster, not for listener")]
    [InlineData("{applyTo: VIRTUAL_HOST, match: {cluster: {}}, patch: {operation: REMOVE}}", "spec.configPatches[0].match: applyTo VIRTUAL_HOST goes with a match for routeConfiguration, not for cluster")]
    [InlineData("{applyTo: HTTP_FILTER, match: {routeConfiguration: {}}, patch: {operation: REMOVE}}", "spec.configPatches[0].match: applyTo HTTP_FILTER goes with a match for listener, not for routeConfiguration")]
    [InlineData("{applyTo: CLUSTER, match: {cluster: {}, listener: {}}, patch: {operation: REMOVE}}", "spec.configPatches[0].match.listener: 'listener' and 'cluster' exclude each other")]
    [InlineData("{applyTo: BOOTSTRAP, patch: {operation: MERGE, value: {}}}", "warning: spec.configPatches[0].applyTo: BOOTSTRAP is not implemented yet, ignored")]
    [InlineData("{applyTo: CLUSTER, match: {context: WAYPOINT}, patch: {operation: REMOVE}}", "warning: spec.configPatches[0].match.context: WAYPOINT is not implemented yet, ignored")]
    [InlineData("{applyTo: CLUSTER, match: {proxy: {proxyVersion: '('}}, patch: {operation: REMOVE}}", "spec.configPatches[0].match.proxy.proxyVersion: '(': not a regular expression, after character 1: InsufficientClosingParentheses")]
    [InlineData("{applyTo: CLUSTER, patch: {operation: MERGE, value: x}}", "spec.configPatches[0].patch.value: expected an object, found `x`")]
    public void Envoy_filters(string patch, string problems) => Check(ResourceKinds.EnvoyFilter, $"configPatches: [{patch}]", problems);

    [Fact]
    public void An_envoy_filter_changes_something() => Check(ResourceKinds.EnvoyFilter, "priority: 1", "spec.configPatches: 'configPatches' is missing");

    private static void Check(ResourceKind kind, string fields, string problems) => Assert.Equal(problems, Reading.Problems(kind, $"spec: {{{fields}}}"));
}
