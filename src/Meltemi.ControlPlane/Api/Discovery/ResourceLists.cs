using System.Text.Json.Nodes;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Api.Discovery;

/// <summary>Discovery group by group: what clients before Kubernetes 1.26 ask, and curl.</summary>
internal static class ResourceLists
{
    /// <summary><c>/api</c>.</summary>
    public static JsonObject CoreVersions(string address) => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = address }),
    };

    /// <summary><c>/apis</c>.</summary>
    public static JsonObject Groups(KindCatalog catalog) => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = Array(catalog.Groups.Where(group => group.Name.Length > 0).Select(group => Group(group, isList: true))),
    };

    /// <summary><c>/apis/GROUP</c>.</summary>
    public static JsonObject Group(ApiGroup group, bool isList = false)
    {
        var node = new JsonObject
        {
            ["name"] = group.Name,
            ["versions"] = Array(group.Versions.Select(version => Version(group, version))),
            ["preferredVersion"] = Version(group, group.Versions[0]),
        };
        if (isList) return node;
        node.Insert(0, "kind", "APIGroup");
        node.Insert(1, "apiVersion", "v1");
        return node;
    }

    /// <summary><c>/api/v1</c> and <c>/apis/GROUP/VERSION</c>.</summary>
    public static JsonObject Resources(ApiGroup group, string version) => new()
    {
        ["kind"] = "APIResourceList",
        ["apiVersion"] = "v1",
        ["groupVersion"] = group.WithVersion(version),
        ["resources"] = Array(group.KindsOf(version).SelectMany(kind => new[] { Resource(kind), Status(kind) })),
    };

    private static JsonObject Resource(ResourceKind kind)
    {
        var node = new JsonObject
        {
            ["name"] = kind.Plural,
            ["singularName"] = kind.Singular,
            ["namespaced"] = kind.Namespaced,
            ["kind"] = kind.Name,
            ["verbs"] = Texts(KindVerbs.Of(kind)),
        };
        AddNames(node, kind);
        return node;
    }

    private static JsonObject Status(ResourceKind kind) => new()
    {
        ["name"] = $"{kind.Plural}/status",
        ["singularName"] = "",
        ["namespaced"] = kind.Namespaced,
        ["kind"] = kind.Name,
        ["verbs"] = Texts(KindVerbs.Status),
    };

    /// <summary>Short names and categories, which are left out where there are none.</summary>
    internal static void AddNames(JsonObject node, ResourceKind kind)
    {
        if (!kind.ShortNames.IsEmpty) node["shortNames"] = Texts(kind.ShortNames);
        if (KindVerbs.Categories(kind) is { Length: > 0 } categories) node["categories"] = Texts(categories);
    }

    internal static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];

    internal static JsonArray Array(IEnumerable<JsonObject> nodes) => [.. nodes];

    private static JsonObject Version(ApiGroup group, string version) =>
        new() { ["groupVersion"] = group.WithVersion(version), ["version"] = version };
}
