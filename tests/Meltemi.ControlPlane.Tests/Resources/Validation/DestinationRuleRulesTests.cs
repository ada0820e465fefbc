using Meltemi.Resources;

namespace Meltemi.ControlPlane.Tests.Resources.Validation;

/// <summary>Rules for DestinationRule.</summary>
public class DestinationRuleRulesTests
{
    [Theory]
    [InlineData("host: orders, subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]", "")]
    [InlineData("host: '*.shop.svc.cluster.local', exportTo: ['*'], workloadSelector: {matchLabels: {app: a}}", "")]
    [InlineData("subsets: []", "spec.host: 'host' is missing")]
    [InlineData("host: Orders.-x", "spec.host: 'Orders.-x' is not a host name: in '-x', it must begin and end with a letter or a digit")]
    [InlineData("host: a, exportTo: [a, '*']", "spec.exportTo[1]: '*' stands alone: it means all namespaces")]
    [InlineData("host: a, workloadSelector: {matchLabels: {app: 'a b'}}", "spec.workloadSelector.matchLabels[app]: 'a b' cannot be a label's value: only letters, digits, -, _ and . are allowed")]
    [InlineData("host: a, subsets: [{labels: {version: v1}}]", "spec.subsets[0].name: 'name' is missing")]
    [InlineData("host: a, subsets: [{name: v.1, labels: {version: v1}}]", "spec.subsets[0].name: 'v.1' cannot be a subset's name: only letters, digits and - are allowed")]
    [InlineData("host: a, subsets: [{name: v1, labels: {a: b}}, {name: v1, labels: {a: c}}]", "spec.subsets[1].name: 'v1' is there twice")]
    [InlineData("host: a, subsets: [{name: v1}]", "warning: spec.subsets[0]: it has no labels: it is the whole service")]
    [InlineData("host: a, subsets: [{name: v1, labels: {a: '-'}}]", "spec.subsets[0].labels[a]: '-' cannot be a label's value: it must begin and end with a letter or a digit")]
    [InlineData("host: a, subsets: [{name: v1, labels: {a: b}, trafficPolicy: {loadBalancer: {simple: RANDOM}}}]", "")]
    public void Hosts_and_subsets(string fields, string problems) => Check(fields, problems);

    [Theory]
    [InlineData("", "warning: spec.trafficPolicy: it says nothing")]
    [InlineData("loadBalancer: {simple: ROUND_ROBIN}, portLevelSettings: [{port: {number: 80}, loadBalancer: {simple: RANDOM}}, {port: {number: 81}}]", "")]
    [InlineData("tls: {mode: ISTIO_MUTUAL}", "warning: spec.trafficPolicy.tls: not implemented yet, ignored")]
    [InlineData("portLevelSettings: [{loadBalancer: {simple: RANDOM}}]", "spec.trafficPolicy.portLevelSettings[0].port: 'port' is missing")]
    [InlineData("portLevelSettings: [{port: {number: 80}}, {port: {number: 80}}]", "spec.trafficPolicy.portLevelSettings[1].port: port 80 is there twice")]
    [InlineData("portLevelSettings: [{port: {}}]", "spec.trafficPolicy.portLevelSettings[0].port.number: 'number' is missing")]
    public void Policies(string fields, string problems) => CheckPolicy(fields, problems);

    [Theory]
    [InlineData("{simple: RAND}", "spec.trafficPolicy.loadBalancer.simple: expected one of UNSPECIFIED, LEAST_CONN, RANDOM, PASSTHROUGH, ROUND_ROBIN, LEAST_REQUEST, found `RAND`")]
    [InlineData("{simple: RANDOM, consistentHash: {useSourceIp: true}}", "spec.trafficPolicy.loadBalancer.consistentHash: 'consistentHash' and 'simple' exclude each other")]
    [InlineData("{consistentHash: {httpHeaderName: user}}", "")]
    [InlineData("{consistentHash: {httpCookie: {name: user, ttl: 1h, path: /}, ringHash: {minimumRingSize: 2048}}}", "")]
    [InlineData("{consistentHash: {httpQueryParameterName: user, maglev: {tableSize: 65537}}}", "")]
    [InlineData("{consistentHash: {minimumRingSize: '1024', useSourceIp: true}}", "")]
    [InlineData("{consistentHash: {}}", "spec.trafficPolicy.loadBalancer.consistentHash: one of httpHeaderName, httpCookie, useSourceIp, httpQueryParameterName is needed")]
    [InlineData("{consistentHash: {httpHeaderName: a, useSourceIp: true}}", "spec.trafficPolicy.loadBalancer.consistentHash.useSourceIp: 'useSourceIp' and 'httpHeaderName' exclude each other")]
    [InlineData("{consistentHash: {httpHeaderName: ''}}", "spec.trafficPolicy.loadBalancer.consistentHash.httpHeaderName: 'httpHeaderName' is empty")]
    [InlineData("{consistentHash: {httpCookie: {ttl: 1s}}}", "spec.trafficPolicy.loadBalancer.consistentHash.httpCookie.name: 'name' is missing")]
    [InlineData("{consistentHash: {useSourceIp: false}}", "spec.trafficPolicy.loadBalancer.consistentHash.useSourceIp: false says nothing about what to hash")]
    [InlineData("{consistentHash: {useSourceIp: true, maglev: {tableSize: 65536}}}", "spec.trafficPolicy.loadBalancer.consistentHash.maglev.tableSize: must be a prime number, not 65536")]
    [InlineData("{consistentHash: {useSourceIp: true, maglev: {tableSize: 5000081}}}", "spec.trafficPolicy.loadBalancer.consistentHash.maglev.tableSize: must be at most 5000011, not 5000081")]
    [InlineData("{consistentHash: {useSourceIp: true, minimumRingSize: 5, ringHash: {}}}", "spec.trafficPolicy.loadBalancer.consistentHash.minimumRingSize: it is the old form of ringHash.minimumRingSize, and excludes ringHash and maglev")]
    [InlineData("{simple: RANDOM, warmupDurationSecs: 10s, warmup: {duration: 10s}}", "spec.trafficPolicy.loadBalancer.warmupDurationSecs: 'warmupDurationSecs' and 'warmup' exclude each other")]
    public void Balancing(string balancer, string problems) => CheckPolicy($"loadBalancer: {balancer}", problems);

    [Theory]
    [InlineData("{distribute: [{from: r1/z1/*, to: {r1/z1/*: 80, r2: 20}}]}", "")]
    [InlineData("{enabled: true, failover: [{from: r1, to: r2}], failoverPriority: [a]}", "")]
    [InlineData("{failover: [{from: r1, to: r2}], distribute: [{from: r1, to: {r1: 100}}]}", "PATH: 'distribute' excludes 'failover' and 'failoverPriority'")]
    [InlineData("{distribute: [{from: r1, to: {r1: 80, r2: 10}}]}", "PATH.distribute[0].to: the shares sum up to 90, not to 100")]
    [InlineData("{distribute: [{from: r1, to: {r1: 100, r2: 0}}]}", "PATH.distribute[0].to[r2]: must be from 1 to 100, not 0")]
    [InlineData("{distribute: [{from: '*/z', to: {r1: 100}}]}", "PATH.distribute[0].from: '*/z' is not a place: a * can only be the whole last part")]
    [InlineData("{distribute: [{from: r1, to: {r1: 100}}, {from: r1, to: {r1: 100}}]}", "PATH.distribute[1].from: 'r1' is there twice")]
    [InlineData("{failover: [{from: r1, to: r1}]}", "PATH.failover[0]: 'from' and 'to' are the same region 'r1'")]
    [InlineData("{failover: [{from: r1/z1, to: '*'}]}", "PATH.failover[0].from: 'r1/z1' is not a region: give its name only\nPATH.failover[0].to: '*' is not a region: give its name only")]
    public void Localities(string setting, string problems) =>
        CheckPolicy($"outlierDetection: {{}}, loadBalancer: {{localityLbSetting: {setting}}}", problems.Replace("PATH", "spec.trafficPolicy.loadBalancer.localityLbSetting"));

    [Fact]
    public void Failover_needs_outlier_detection() => CheckPolicy(
        "loadBalancer: {localityLbSetting: {failoverPriority: [a]}}",
        "warning: spec.trafficPolicy.loadBalancer.localityLbSetting: without outlierDetection no endpoint is ever found bad, and traffic stays where it is");

    [Theory]
    [InlineData("{tcp: {maxConnections: 100, connectTimeout: 30ms, idleTimeout: 1h}, http: {http2MaxRequests: 10, maxRetries: 3, idleTimeout: 5m}}", "")]
    [InlineData("{tcp: {tcpKeepalive: {probes: 3, time: 7200s, interval: 75s}}}", "warning: PATH.tcp.tcpKeepalive: not implemented yet, ignored")]
    [InlineData("{}", "PATH: one of tcp, http is needed")]
    [InlineData("{tcp: {maxConnections: -1, connectTimeout: 0s}}", "PATH.tcp.maxConnections: must be at least 0, not -1\nPATH.tcp.connectTimeout: must be more than 0 s, not 0 s")]
    [InlineData("{tcp: {connectTimeout: 5}}", "PATH.tcp.connectTimeout: expected a duration such as 5s, 250ms or 1m30s, found `5`; did you mean 5s?")]
    [InlineData("{http: {useClientProtocol: true, h2UpgradePolicy: UPGRADE}}", "warning: PATH.http.useClientProtocol: not implemented yet, ignored\nPATH.http.useClientProtocol: it excludes h2UpgradePolicy UPGRADE\nwarning: PATH.http.h2UpgradePolicy: not implemented yet, ignored")]
    [InlineData("{http: {maxRequestsPerConnection: many}}", "PATH.http.maxRequestsPerConnection: expected a whole number, found `many`")]
    public void Pools(string pool, string problems) => CheckPolicy($"connectionPool: {pool}", problems.Replace("PATH", "spec.trafficPolicy.connectionPool"));

    [Theory]
    [InlineData("{consecutive5xxErrors: 5, interval: 5m, baseEjectionTime: 15m, maxEjectionPercent: 100}", "")]
    [InlineData("{splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailures: 5}", "")]
    [InlineData("{consecutiveLocalOriginFailures: 5}", "PATH.consecutiveLocalOriginFailures: it needs splitExternalLocalOriginErrors: true")]
    [InlineData("{consecutiveErrors: 5}", "warning: PATH.consecutiveErrors: it is the old name of consecutiveGatewayErrors")]
    [InlineData("{interval: 0s, baseEjectionTime: -1s, maxEjectionPercent: 101, minHealthPercent: -1}", "PATH.interval: must be at least 0.001 s, not 0 s\nPATH.baseEjectionTime: must be at least 0.001 s, not -1 s\nPATH.maxEjectionPercent: must be from 0 to 100, not 101\nPATH.minHealthPercent: must be from 0 to 100, not -1")]
    [InlineData("{consecutiveErrors: 5, consecutiveGatewayErrors: 5}", "warning: PATH.consecutiveErrors: it is the old name of consecutiveGatewayErrors\nPATH.consecutiveErrors: 'consecutiveErrors' and 'consecutiveGatewayErrors' exclude each other")]
    public void Outliers(string outliers, string problems) =>
        CheckPolicy($"outlierDetection: {outliers}", problems.Replace("PATH", "spec.trafficPolicy.outlierDetection"));

    private static void CheckPolicy(string fields, string problems) => Check($"host: a, trafficPolicy: {{{fields}}}", problems);

    private static void Check(string fields, string problems) =>
        Assert.Equal(problems, Reading.Problems(ResourceKinds.DestinationRule, $"spec: {{{fields}}}"));
}
