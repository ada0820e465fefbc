using Meltemi.Resources;

namespace Meltemi.ControlPlane.Tests.Resources.Validation;

/// <summary>Rules for Kubernetes' kinds, and for kinds that are only kept.</summary>
public class CoreRulesTests
{
    [Theory]
    [InlineData("spec: {clusterIP: 10.0.0.1, ports: [{name: a, port: 80, targetPort: 8080}, {name: b, port: 81, targetPort: web, protocol: TCP}], future: 1}", "")]
    [InlineData("spec: {clusterIP: None}", "")]
    [InlineData("spec: {type: ExternalName, externalName: a.b}", "")]
    [InlineData("spec: {}", "spec.ports: 'ports' is missing")]
    [InlineData("spec: {type: ExternalName}", "spec.externalName: 'externalName' is missing, which the type ExternalName needs")]
    [InlineData("spec: {type: ExternalName, externalName: '*'}", "spec.externalName: '*' is not a host name: a * is not allowed here")]
    [InlineData("spec: {clusterIP: x, ports: [{port: 80}]}", "spec.clusterIP: 'x' is neither an IP address nor None")]
    [InlineData("spec: {ports: [{}]}", "spec.ports[0].port: 'port' is missing")]
    [InlineData("spec: {ports: [{port: 80}, {port: 81}]}", "spec.ports[0].name: 'name' is missing, which each of several ports needs\nspec.ports[1].name: 'name' is missing, which each of several ports needs")]
    [InlineData("spec: {ports: [{port: 80, name: a}, {port: 81, name: a}]}", "spec.ports[1].name: 'a' is there twice")]
    [InlineData("spec: {ports: [{port: 80, name: A}]}", "spec.ports[0].name: 'A' cannot be a port's name: only small letters, digits and - are allowed")]
    [InlineData("spec: {ports: [{port: 80, protocol: tcp}]}", "spec.ports[0].protocol: must be TCP, UDP or SCTP, not tcp")]
    [InlineData("spec: {ports: [{port: 80, targetPort: 0}, {port: 81, name: b, targetPort: [1]}]}", "spec.ports[0].name: 'name' is missing, which each of several ports needs\nspec.ports[0].targetPort: must be a port number or a port's name\nspec.ports[1].targetPort: must be a port number or a port's name")]
    [InlineData("spec: {ports: [{port: 80}], selector: {app: 1}}", "spec.selector[app]: expected a text, found `1`; to mean the text, write \"1\"")]
    public void Services(string body, string problems) => Check(ResourceKinds.Service, body, problems);

    [Theory]
    [InlineData("subsets: [{addresses: [{ip: 10.0.0.1}], notReadyAddresses: [{ip: '::1'}], ports: [{port: 80}]}]", "")]
    [InlineData("subsets: [{addresses: [{}, {ip: x}], notReadyAddresses: [{ip: y}]}]", "subsets[0].addresses[0].ip: 'ip' is missing\nsubsets[0].addresses[1].ip: 'x' is not an IP address\nsubsets[0].notReadyAddresses[0].ip: 'y' is not an IP address")]
    public void Endpoints(string body, string problems) => Check(ResourceKinds.Endpoints, body, problems);

    [Theory]
    [InlineData("addressType: IPv4, endpoints: [{addresses: [10.0.0.1]}], ports: [{port: 80}]", "")]
    [InlineData("addressType: FQDN, endpoints: [{addresses: [a.b]}]", "")]
    [InlineData("addressType: IPv6, endpoints: [{addresses: ['2001:db8::1']}]", "")]
    [InlineData("endpoints: []", "addressType: 'addressType' is missing")]
    [InlineData("addressType: IPv5", "addressType: must be IPv4, IPv6 or FQDN, not IPv5")]
    [InlineData("addressType: IPv4, endpoints: [{addresses: ['::1']}, {addresses: []}]", "endpoints[0].addresses[0]: '::1' is not an IPv4 address\nendpoints[1].addresses: 'addresses' is empty")]
    [InlineData("addressType: FQDN, endpoints: [{addresses: [a_]}]", "endpoints[0].addresses[0]: 'a_' is not a host name: in 'a_', only letters, digits and - are allowed")]
    public void Endpoint_slices(string body, string problems) => Check(ResourceKinds.EndpointSlice, body, problems);

    [Fact]
    public void An_endpoint_slice_belongs_to_a_service() => Assert.Equal(
        "warning: metadata.labels: without the label kubernetes.io/service-name it belongs to no service",
        Reading.PlainProblems("{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: a}, addressType: IPv4}"));

    [Theory]
    [InlineData("spec: {containers: [{name: a, command: [x], ports: [{containerPort: 80}]}], volumes: []}, status: {podIP: 10.0.0.1, qosClass: x}", "")]
    [InlineData("spec: {containers: [{ports: [{containerPort: 0}]}]}, status: {podIP: x}", "spec.containers[0].ports[0].containerPort: must be from 1 to 65535, not 0\nstatus.podIP: 'x' is not an IP address")]
    public void Pods(string body, string problems) => Check(ResourceKinds.Pod, body, problems);

    [Theory]
    [InlineData("spec: {host: [a], redis: [{route: {host: b}}]}", "warning: kind: nothing acts on this kind yet; it is kept")]
    [InlineData("spec: {host: a, redis: []}", "warning: kind: nothing acts on this kind yet; it is kept\nspec.host: expected a list, found `a`")]
    public void Kinds_that_are_only_kept_have_a_shape(string body, string problems) => Check(ResourceKinds.RedisService, body, problems);

    private static void Check(ResourceKind kind, string body, string problems) => Assert.Equal(problems, Reading.Problems(kind, body));
}
