using Meltemi.Resources;

namespace Meltemi.ControlPlane.Tests.Resources.Validation;

/// <summary>Rules for ServiceEntry, WorkloadEntry, WorkloadGroup and ApplicationProtocol.</summary>
public class ServiceRulesTests
{
    private const string Ports = "ports: [{number: 80, name: http}]";

    [Theory]
    [InlineData("hosts: [a.b, '*.c.d'], addresses: [10.0.0.1, 10.1.0.0/16, '2001:db8::1'], PORTS", "")]
    [InlineData("PORTS", "spec.hosts: 'hosts' is missing")]
    [InlineData("hosts: ['*'], PORTS", "spec.hosts[0]: a service cannot be every host")]
    [InlineData("hosts: ['a*.b'], PORTS", "spec.hosts[0]: 'a*.b' is not a host name: a * can only stand for the whole first part, as in *.example.com")]
    [InlineData("hosts: [a.b, a.b], PORTS", "spec.hosts[1]: 'a.b' is there twice")]
    [InlineData("hosts: [a.b]", "warning: spec.ports: without ports nobody can reach the service")]
    [InlineData("hosts: [a.b], exportTo: [., .], PORTS", "spec.exportTo[1]: '.' is there twice")]
    [InlineData("hosts: [a.b], addresses: [10.0.0, 10.0.0.0/33, '::1/129', 1], PORTS", "spec.addresses[0]: '10.0.0' is no address for a service: it is neither an IP address nor a block such as 10.1.0.0/16\nspec.addresses[1]: '10.0.0.0/33' is no address for a service: the number behind the slash must be from 0 to 32\nspec.addresses[2]: '::1/129' is no address for a service: the number behind the slash must be from 0 to 128\nspec.addresses[3]: expected a text, found `1`; to mean the text, write \"1\"")]
    [InlineData("hosts: [a.b], addresses: [10.0.0.0/8], resolution: DNS, PORTS", "spec.addresses[0]: a block of addresses goes with resolution NONE or STATIC only")]
    [InlineData("hosts: [a.b], location: MESH, PORTS", "spec.location: expected one of MESH_EXTERNAL, MESH_INTERNAL, found `MESH`")]
    [InlineData("hosts: [a.b], subjectAltNames: [spiffe://x], PORTS", "warning: spec.subjectAltNames: not implemented yet, ignored")]
    public void Hosts_and_addresses(string fields, string problems) => Check(fields, problems);

    [Theory]
    [InlineData("{number: 80, name: http}, {number: 81, name: tcp-metaprotocol-dubbo, protocol: TCP, targetPort: 8081}", "")]
    [InlineData("{name: http}", "spec.ports[0].number: 'number' is missing")]
    [InlineData("{number: 80}", "spec.ports[0].name: 'name' is missing")]
    [InlineData("{number: 0, name: a}", "spec.ports[0].number: must be from 1 to 65535, not 0")]
    [InlineData("{number: 65536, name: a, targetPort: 65536}", "spec.ports[0].number: must be from 1 to 65535, not 65536\nspec.ports[0].targetPort: must be at most 65535, not 65536")]
    [InlineData("{number: 80, name: a_b}", "spec.ports[0].name: 'a_b' cannot be a port's name: only letters, digits and - are allowed")]
    [InlineData("{number: 80, name: a}, {number: 80, name: b}", "spec.ports[1].number: port 80 is there twice")]
    [InlineData("{number: 80, name: a}, {number: 81, name: a}", "spec.ports[1].name: 'a' is there twice")]
    [InlineData("{number: 53, name: dns, protocol: UDP}", "warning: spec.ports[0].protocol: UDP is not served")]
    public void Ports_(string ports, string problems) => Check($"hosts: [a.b], ports: [{ports}]", problems);

    [Theory]
    [InlineData("resolution: STATIC, endpoints: [{address: 10.0.0.1, ports: {http: 8080}, labels: {version: v1}, locality: r/z/s, weight: 3}]", "")]
    [InlineData("resolution: STATIC, endpoints: [{address: 'unix:///var/run/x'}]", "")]
    [InlineData("resolution: STATIC, endpoints: [{address: 'unix://@x'}]", "")]
    [InlineData("resolution: STATIC, workloadSelector: {labels: {app: a}}", "")]
    [InlineData("resolution: DNS, endpoints: [{address: c.d}, {address: 10.0.0.1}]", "")]
    [InlineData("resolution: DNS", "")]
    [InlineData("resolution: DNS_ROUND_ROBIN, endpoints: [{address: c.d}]", "")]
    [InlineData("resolution: NONE, endpoints: [{address: 10.0.0.1}]", "spec.endpoints: with resolution NONE there are no endpoints: traffic goes where the client sent it; write STATIC or DNS")]
    [InlineData("workloadSelector: {labels: {app: a}}", "warning: spec.workloadSelector: with resolution NONE traffic goes where the client sent it; write STATIC")]
    [InlineData("resolution: STATIC", "warning: spec.resolution: there are neither endpoints nor a workloadSelector: nobody answers")]
    [InlineData("resolution: STATIC, endpoints: [{address: 10.0.0.1}], workloadSelector: {labels: {app: a}}", "spec.workloadSelector: 'endpoints' and 'workloadSelector' exclude each other")]
    [InlineData("resolution: STATIC, workloadSelector: {}", "warning: spec.workloadSelector: without labels it selects nothing")]
    [InlineData("resolution: STATIC, workloadSelector: {labels: {app: 'a b'}}", "spec.workloadSelector.labels[app]: 'a b' cannot be a label's value: only letters, digits, -, _ and . are allowed")]
    [InlineData("resolution: STATIC, endpoints: [{address: c.d}]", "spec.endpoints[0].address: 'c.d' must be an IP address, since resolution is STATIC; names need DNS")]
    [InlineData("resolution: STATIC, endpoints: [{}]", "spec.endpoints[0].address: 'address' is missing")]
    [InlineData("resolution: STATIC, endpoints: [{network: other}]", "")]
    [InlineData("resolution: STATIC, endpoints: [{address: 10.0.0.1, ports: {https: 8080}}]", "spec.endpoints[0].ports[https]: the service has no port 'https'; its ports are http")]
    [InlineData("resolution: STATIC, endpoints: [{address: 10.0.0.1, ports: {http: 0}}]", "spec.endpoints[0].ports[http]: must be from 1 to 65535, not 0")]
    [InlineData("resolution: DNS, endpoints: [{address: 'unix:///x'}]", "spec.endpoints[0].address: a socket in the file system goes with resolution STATIC")]
    [InlineData("resolution: STATIC, endpoints: [{address: 'unix://x'}]", "spec.endpoints[0].address: 'unix://x' is not an address: the path of a socket must begin with / or @")]
    [InlineData("resolution: STATIC, endpoints: [{address: 'unix:///x', ports: {http: 1}}]", "spec.endpoints[0].ports: a socket in the file system has no ports")]
    [InlineData("resolution: DNS, endpoints: [{address: '10.0.0.256'}]", "spec.endpoints[0].address: '10.0.0.256' is not an address: its last part is a number, as in an IP address")]
    [InlineData("resolution: DNS_ROUND_ROBIN, endpoints: [{address: c.d}, {address: e.f}]", "spec.endpoints: with resolution DNS_ROUND_ROBIN there can be only one")]
    [InlineData("resolution: DYNAMIC_DNS", "warning: spec.resolution: DYNAMIC_DNS is not implemented yet, the service is ignored")]
    [InlineData("resolution: STATIC, endpoints: [{address: 10.0.0.1, locality: r//s}]", "spec.endpoints[0].locality: 'r//s' is not a place: a part of it is empty; it is region, region/zone or region/zone/subzone")]
    [InlineData("resolution: STATIC, endpoints: [{address: 10.0.0.1, locality: r/*}]", "spec.endpoints[0].locality: 'r/*' is not a place: a * is not allowed here")]
    [InlineData("resolution: STATIC, endpoints: [{address: 10.0.0.1, locality: a/b/c/d}]", "spec.endpoints[0].locality: 'a/b/c/d' is not a place: it has more parts than region/zone/subzone")]
    [InlineData("resolution: STATIC, endpoints: [{address: 10.0.0.1, weight: -1}]", "spec.endpoints[0].weight: must be from 0 to 4294967295, not -1")]
    public void Endpoints(string fields, string problems)
    {
        Check($"hosts: [a.b], {Ports}, {fields}", problems);
    }

    [Fact]
    public void A_wildcard_cannot_be_looked_up() => Check(
        "hosts: ['*.b'], resolution: DNS, PORTS", "spec.hosts[0]: '*.b' cannot be looked up in DNS; give endpoints, or resolution NONE");

    [Fact]
    public void A_socket_serves_one_port() => Check(
        "hosts: [a.b], resolution: STATIC, ports: [{number: 1, name: a}, {number: 2, name: b}], endpoints: [{address: 'unix:///x'}]",
        "spec.endpoints[0].address: a socket in the file system can only serve a service with one port");

    [Theory]
    [InlineData("address: 10.0.0.1, labels: {app: a}, ports: {http: 80}, serviceAccount: x", "")]
    [InlineData("address: vm.example.com", "")]
    [InlineData("labels: {app: a}", "spec.address: 'address' is missing")]
    [InlineData("address: 'unix:///dir/'", "spec.address: 'unix:///dir/' is not an address: it is a directory")]
    [InlineData("address: '*.example.com'", "spec.address: '*.example.com' is not an address: a * is not allowed here")]
    [InlineData("address: 10.0.0.1, labels: {'a b': c}", "spec.labels[a b]: 'a b' cannot be a label's key: only letters, digits, -, _ and . are allowed")]
    [InlineData("address: 10.0.0.1, ports: {a_b: 1}", "spec.ports[a_b]: 'a_b' cannot be a port's name: only letters, digits and - are allowed")]
    [InlineData("address: 10.0.0.1, ports: {http: http}", "spec.ports[http]: expected a whole number, found `http`")]
    public void Workload_entries(string fields, string problems) =>
        Assert.Equal(problems, Reading.Problems(ResourceKinds.WorkloadEntry, $"spec: {{{fields}}}"));

    [Theory]
    [InlineData("metadata: {labels: {app: a}}, template: {serviceAccount: x, ports: {http: 80}}", "")]
    [InlineData("metadata: {labels: {app: a}}", "spec.template: 'template' is missing")]
    [InlineData("metadata: {labels: {app: 'a b'}}, template: {}", "spec.metadata.labels[app]: 'a b' cannot be a label's value: only letters, digits, -, _ and . are allowed")]
    [InlineData("template: {address: 10.0.0.1}", "warning: spec.template.address: every workload has its own address; this one has no effect")]
    [InlineData("template: {}, probe: {tcpSocket: {port: 80}}", "warning: spec.probe: not implemented yet, ignored")]
    [InlineData("template: {}, probe: {tcpSocket: {}}", "warning: spec.probe: not implemented yet, ignored\nspec.probe.tcpSocket.port: 'port' is missing")]
    public void Workload_groups(string fields, string problems) =>
        Assert.Equal(problems, Reading.Problems(ResourceKinds.WorkloadGroup, $"spec: {{{fields}}}"));

    [Theory]
    [InlineData("protocol: awesomerpc, codec: aeraki.meta_protocol.codec.awesomerpc, codecConfig: {a: [1, {b: c}]}, poolMode: MULTIPLEXED", "")]
    [InlineData("codec: x", "spec.protocol: 'protocol' is missing")]
    [InlineData("protocol: x", "spec.codec: 'codec' is missing")]
    [InlineData("protocol: a_b, codec: x", "spec.protocol: 'a_b' cannot be a protocol's name: only letters, digits and - are allowed")]
    [InlineData("protocol: a-b, codec: x", "warning: spec.protocol: no port's name can say it, since a - ends it there; use appProtocol: a-b")]
    [InlineData("protocol: a, codec: x, poolMode: multiplexed", "spec.poolMode: expected one of UNSPECIFIED, MULTIPLEXED, ONE_AT_A_TIME, PIPELINED, BOUND, found `multiplexed`; did you mean MULTIPLEXED?")]
    [InlineData("protocol: a, codec: x, config: []", "spec.config: expected an object, found a list")]
    [InlineData("protocol: a, codec: meltemi.codec.declarative", "spec.config: the codec meltemi.codec.declarative needs a 'config' that describes the protocol")]
    [InlineData("protocol: a, codec: meltemi.codec.declarative, config: {name: a, layout: [{name: id, type: U3}], kinds: [{is: REQUEST}]}",
        "spec.config.layout[0].type: expected one of UNSPECIFIED, U8, U16, U24, U32, U64, I8, I16, I32, I64, VARINT, ZIGZAG, DECIMAL, BITS, TEXT, BYTES, PAIRS, TLV, LINES, JSON, PROTOBUF, found the text \"U3\"")]
    public void Application_protocols(string fields, string problems) =>
        Assert.Equal(problems, Reading.Problems(ResourceKinds.ApplicationProtocol, $"spec: {{{fields}}}"));

    private static void Check(string fields, string problems) =>
        Assert.Equal(problems, Reading.Problems(ResourceKinds.ServiceEntry, $"spec: {{{fields.Replace("PORTS", Ports)}}}"));
}
