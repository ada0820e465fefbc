using System.Text.Json.Nodes;
using Meltemi.Program.Verbs.Mesh;

namespace Meltemi.Tests.Program.Output;

/// <summary>What an explanation says of a cluster.</summary>
public class ExplanationTextTests
{
    [Theory]
    [InlineData("""{ "type": "EDS", "edsClusterConfig": { "edsConfig": { "ads": {} } } }""", "balancer ROUND_ROBIN, connect timeout 5s")]
    [InlineData(
        """{ "type": "EDS", "lbPolicy": "RANDOM", "connectTimeout": "10s", "circuitBreakers": { "thresholds": [{ "maxConnections": 7, "maxRequests": 4294967295 }] } }""",
        "balancer RANDOM, connect timeout 10s", "circuitBreakers maxConnections 7")]
    [InlineData("""{ "circuitBreakers": { "thresholds": [{ "maxRequests": 4294967295 }] } }""", "balancer ROUND_ROBIN, connect timeout 5s")]
    [InlineData(
        """{ "commonLbConfig": { "zoneAwareLbConfig": { "minClusterSize": "6" } }, "maxRequestsPerConnection": 100 }""",
        "balancer ROUND_ROBIN, connect timeout 5s", """commonLbConfig {"zoneAwareLbConfig":{"minClusterSize":"6"}}""", "maxRequestsPerConnection 100")]
    [InlineData(
        """{ "type": "ORIGINAL_DST", "lbPolicy": "CLUSTER_PROVIDED" }""",
        "balancer none: a request goes where its client wanted to go before a firewall redirected it, connect timeout 5s")]
    public void Every_policy_of_a_cluster_is_named(string cluster, params string[] lines) =>
        Assert.Equal(lines, ExplanationText.Policies(JsonNode.Parse(cluster)!.AsObject()));
}
