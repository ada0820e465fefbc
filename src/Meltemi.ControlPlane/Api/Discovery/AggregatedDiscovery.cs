using System.Text.Json.Nodes;
using Meltemi.Resources;
using static Meltemi.ControlPlane.Api.Discovery.ResourceLists;

namespace Meltemi.ControlPlane.Api.Discovery;

/// <summary>Discovery in one answer, as clients since Kubernetes 1.26 ask for it on <c>/api</c> and <c>/apis</c>.</summary>
internal static class AggregatedDiscovery
{
    /// <summary>Versions of this form that are served; they differ in nothing else.</summary>
    public static string[] Versions { get; } = ["v2", "v2beta1"];

    public static string ContentType(string version) => $"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList";

    /// <summary>The document about some groups.</summary>
    public static JsonObject Write(IEnumerable<ApiGroup> groups, string version) => new()
    {
        ["kind"] = "APIGroupDiscoveryList",
        ["apiVersion"] = $"apidiscovery.k8s.io/{version}",
        ["metadata"] = new JsonObject(),
        ["items"] = ResourceLists.Array(groups.Select(Group)),
    };

    private static JsonObject Group(ApiGroup group) => new()
    {
        ["metadata"] = group.Name.Length == 0 ? [] : new JsonObject { ["name"] = group.Name },
        ["versions"] = ResourceLists.Array(group.Versions.Select(version => new JsonObject
        {
            ["version"] = version,
            ["freshness"] = "Current",
            ["resources"] = ResourceLists.Array(group.KindsOf(version).Select(kind => Resource(kind, version))),
        })),
    };

    private static JsonObject Resource(ResourceKind kind, string version)
    {
        var node = new JsonObject
        {
            ["resource"] = kind.Plural,
            ["responseKind"] = ResponseKind(kind, version),
            ["scope"] = kind.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = kind.Singular,
            ["verbs"] = Texts(KindVerbs.Of(kind)),
            ["subresources"] = new JsonArray(new JsonObject
            {
                ["subresource"] = "status",
                ["responseKind"] = ResponseKind(kind, version),
                ["verbs"] = Texts(KindVerbs.Status),
            }),
        };
        AddNames(node, kind);
        return node;
    }

    private static JsonObject ResponseKind(ResourceKind kind, string version) =>
        new() { ["group"] = kind.Group, ["version"] = version, ["kind"] = kind.Name };
}
