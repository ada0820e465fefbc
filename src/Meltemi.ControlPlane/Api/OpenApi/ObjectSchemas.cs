using System.Text.Json.Nodes;
using Meltemi.Resources;
using static Meltemi.ControlPlane.Api.OpenApi.MetadataSchemas;

namespace Meltemi.ControlPlane.Api.OpenApi;

/// <summary>Schemas of whole objects and of lists of them; what is in them is said by the messages of their kinds.</summary>
internal static class ObjectSchemas
{
    /// <summary>Name of the schema of a kind in a version: <c>io.istio.networking.v1.ServiceEntry</c>.</summary>
    public static string Name(ResourceKind kind, string version) => kind.Group.Length == 0
        ? $"io.k8s.api.core.{version}.{kind.Name}"
        : $"{string.Join('.', kind.Group.Split('.').Reverse())}.{version}.{kind.Name}";

    /// <summary>The object and the list.</summary>
    public static IEnumerable<(string Name, JsonObject Schema)> Of(ResourceKind kind, string version, KindBody body)
    {
        var name = Name(kind, version);
        var schema = Object(
            body.Description,
            ("apiVersion", Text("Group and version of the kind.")), ("kind", Text($"{kind.Name}")), ("metadata", Reference(Meta, "What every object has.")));
        var properties = (JsonObject)schema["properties"]!;
        foreach (var (member, value) in body.Properties) properties[member] = value?.DeepClone();
        if (!properties.ContainsKey("status")) properties["status"] = Reference(MetadataSchemas.Status, "What the control plane says about it.");
        if (body.IsOpen) schema["x-kubernetes-preserve-unknown-fields"] = true;
        schema["x-kubernetes-group-version-kind"] = new JsonArray(GroupVersionKind(kind, version, kind.Name));
        yield return (name, schema);

        var list = Object(
            $"A list of {kind.Name}s.",
            ("apiVersion", Text("Group and version of the kind.")), ("kind", Text($"{kind.Name}List")), ("metadata", Reference(ListMeta, "What every list has.")),
            ("items", List(Reference(name), "The objects.")));
        list["x-kubernetes-group-version-kind"] = new JsonArray(GroupVersionKind(kind, version, kind.Name + "List"));
        yield return (name + "List", list);
    }

    public static JsonObject GroupVersionKind(ResourceKind kind, string version, string name) =>
        new() { ["group"] = kind.Group, ["kind"] = name, ["version"] = version };
}

/// <summary>What is in the objects of a kind beside what all have.</summary>
/// <param name="Description">What the kind is for.</param>
/// <param name="Properties">Schemas by name: <c>spec</c>, or all of a flat kind.</param>
/// <param name="IsOpen">There may be more.</param>
internal sealed record KindBody(string Description, JsonObject Properties, bool IsOpen);
