using System.Text.Json.Nodes;
using Meltemi.ControlPlane.Api.Discovery;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Api.OpenApi;

/// <summary>Writes the OpenAPI documents: version 3, one for each group and version, and version 2, one for everything.</summary>
internal static class OpenApiDocuments
{
    /// <summary>Where schemas are in version 3; version 2 has them elsewhere.</summary>
    public const string Prefix = "#/components/schemas/";

    private const string PrefixV2 = "#/definitions/", Json = "application/json";

    /// <summary>Version 3 of one group and version.</summary>
    public static JsonObject V3(ApiGroup group, string version) => new()
    {
        ["openapi"] = "3.0.0",
        ["info"] = Info(),
        ["paths"] = Objects(KindPath.Of(group, version).Select(path => (path.Path, PathV3(path)))),
        ["components"] = new JsonObject { ["schemas"] = Objects(Schemas(group.KindsOf(version).Select(kind => (kind, version)))) },
    };

    /// <summary>Version 2 of everything.</summary>
    public static JsonObject V2(KindCatalog catalog)
    {
        var all = catalog.Groups.SelectMany(group => group.Versions.Select(version => (group, version))).ToArray();
        var kinds = all.SelectMany(item => item.group.KindsOf(item.version).Select(kind => (kind, item.version)));
        return new()
        {
            ["swagger"] = "2.0",
            ["info"] = Info(),
            ["paths"] = Objects(all.SelectMany(item => KindPath.Of(item.group, item.version)).Select(path => (path.Path, PathV2(path)))),
            ["definitions"] = Objects(Schemas(kinds).Select(schema => (schema.Name, ToV2(schema.Schema)))),
        };
    }

    private static JsonObject Info() => new() { ["title"] = "Meltemi", ["version"] = typeof(OpenApiDocuments).Assembly.GetName().Version!.ToString(3) };

    private static IEnumerable<(string Name, JsonObject Schema)> Schemas(IEnumerable<(ResourceKind Kind, string Version)> kinds)
    {
        var list = kinds.ToArray();
        var messages = MessageSchemas.Of(list.Select(item => item.Kind).Distinct());
        var objects = list.SelectMany(item => ObjectSchemas.Of(item.Kind, item.Version, MessageSchemas.Body(item.Kind)));
        return MetadataSchemas.All().Concat(messages).Concat(objects);
    }

    private static JsonObject PathV3(KindPath path)
    {
        var node = Objects(path.Operations.Select(operation => (operation.Method, OperationV3(path, operation))));
        node["parameters"] = Array(path.Parameters.Select(name => Parameter(name, "path", $"{name} of the object", v2: false)));
        return node;
    }

    private static JsonObject OperationV3(KindPath path, KindOperation operation)
    {
        var node = Operation(path, operation);
        node["parameters"] = Array(operation.Query.Select(item => Parameter(item.Name, "query", item.Description, v2: false)));
        if (!operation.Consumes.IsEmpty)
        {
            node["requestBody"] = new JsonObject
            {
                ["required"] = true,
                ["content"] = Objects(operation.Consumes.Select(type => (type, new JsonObject { ["schema"] = Body(path, operation) }))),
            };
        }

        var content = new JsonObject { [Json] = new JsonObject { ["schema"] = MetadataSchemas.Reference(Answer(path, operation)) } };
        node["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK", ["content"] = content } };
        return node;
    }

    private static JsonObject PathV2(KindPath path)
    {
        var node = Objects(path.Operations.Select(operation => (operation.Method, OperationV2(path, operation))));
        node["parameters"] = Array(path.Parameters.Select(name => Parameter(name, "path", $"{name} of the object", v2: true)));
        return node;
    }

    private static JsonObject OperationV2(KindPath path, KindOperation operation)
    {
        var node = Operation(path, operation);
        var parameters = Array(operation.Query.Select(item => Parameter(item.Name, "query", item.Description, v2: true)));
        if (!operation.Consumes.IsEmpty)
        {
            parameters.Add(new JsonObject { ["name"] = "body", ["in"] = "body", ["required"] = true, ["schema"] = ToV2(Body(path, operation)) });
            node["consumes"] = ResourceLists.Texts(operation.Consumes);
        }

        node["parameters"] = parameters;
        node["produces"] = new JsonArray(Json);
        var schema = ToV2(MetadataSchemas.Reference(Answer(path, operation)));
        node["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK", ["schema"] = schema } };
        return node;
    }

    private static JsonObject Operation(KindPath path, KindOperation operation) => new()
    {
        ["description"] = operation.Description,
        ["operationId"] = path.OperationId(operation),
        ["x-kubernetes-action"] = operation.Action,
        ["x-kubernetes-group-version-kind"] = ObjectSchemas.GroupVersionKind(path.Kind, path.Version, path.Kind.Name),
    };

    private static JsonObject Parameter(string name, string place, string description, bool v2)
    {
        var node = new JsonObject { ["name"] = name, ["in"] = place, ["description"] = description };
        if (place == "path") node["required"] = true;
        if (v2) node["type"] = "string";
        else node["schema"] = new JsonObject { ["type"] = "string" };
        return node;
    }

    private static JsonObject Body(KindPath path, KindOperation operation) => operation.Method == "patch"
        ? MetadataSchemas.Anything("The patch.")
        : MetadataSchemas.Reference(ObjectSchemas.Name(path.Kind, path.Version));

    private static string Answer(KindPath path, KindOperation operation) =>
        operation.Answer == "Status" ? MetadataSchemas.Result : ObjectSchemas.Name(path.Kind, path.Version) + operation.Answer;

    // Clients that validate by version 2 know no objects with more fields than their schema names: there such a schema allows everything.
    private static JsonObject ToV2(JsonObject schema)
    {
        if (schema["x-kubernetes-preserve-unknown-fields"] is not null)
        {
            var open = (JsonObject)schema.DeepClone();
            foreach (var name in (string[])["type", "properties", "required", "additionalProperties"]) open.Remove(name);
            return open;
        }

        var result = new JsonObject();
        if (schema["allOf"] is JsonArray { Count: 1 } wrapped) result = ToV2((JsonObject)wrapped[0]!);
        foreach (var (name, value) in schema.Where(member => member.Key != "allOf"))
        {
            result[name] = value switch
            {
                JsonValue text when name == "$ref" => ((string)text!).Replace(Prefix, PrefixV2, StringComparison.Ordinal),
                JsonObject members when name == "properties" => Objects(members.Select(member => (member.Key, ToV2((JsonObject)member.Value!)))),
                JsonObject inner when name is "items" or "additionalProperties" => ToV2(inner),
                _ => value?.DeepClone(),
            };
        }

        return result;
    }

    private static JsonObject Objects(IEnumerable<(string Name, JsonObject Value)> members) =>
        new(members.Select(member => KeyValuePair.Create(member.Name, (JsonNode?)member.Value)));

    private static JsonArray Array(IEnumerable<JsonObject> items) => [.. items];
}
