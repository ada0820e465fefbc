using System.Text.Json.Nodes;

namespace Meltemi.ControlPlane.Api.OpenApi;

/// <summary>
/// What clients want to know about Kubernetes' own kinds beyond our protos. By version 2 of OpenAPI an old kubectl refuses fields that it finds in no
/// schema, so the schema of what people really write, a Service, names all of them; and lists that are merged item by item say so, since
/// kubectl's patches depend on it.
/// </summary>
internal static class KubernetesFields
{
    private const string Core = "k8s.io.api.core.v1.";

    // Messages whose fields are all named by the proto and here.
    private static readonly Dictionary<string, string[]> Rest = new(StringComparer.Ordinal)
    {
        [Core + "Service"] = [],
        [Core + "ServiceSpec"] =
        [
            "loadBalancerIP", "loadBalancerSourceRanges", "loadBalancerClass", "externalTrafficPolicy", "healthCheckNodePort",
            "sessionAffinityConfig", "allocateLoadBalancerNodePorts",
        ],
        [Core + "ServiceStatus"] = ["conditions"],
        [Core + "LoadBalancerIngress"] = ["ipMode", "ports"],
    };

    /// <summary>Whether an open message is not open here.</summary>
    public static bool IsComplete(string message) => Rest.ContainsKey(message);

    /// <summary>Fields that our proto has not.</summary>
    public static string[] Others(string message) => Rest.GetValueOrDefault(message, []);

    /// <summary>Says by what the items of a list are told apart, if they are; the same as <see cref="Patching.ListKeys"/>.</summary>
    public static void AddMergeKey(string message, string field, JsonObject schema)
    {
        if (message != Core + "ServiceSpec" || Patching.ListKeys.Of($"spec.{field}") is not { Length: > 0 } key) return;
        schema["x-kubernetes-patch-strategy"] = "merge";
        schema["x-kubernetes-patch-merge-key"] = key;
    }
}
