using System.Text.Json.Nodes;
using Google.Protobuf;
using Meltemi.ControlPlane.Api.OpenApi.V2;

namespace Meltemi.ControlPlane.Api.OpenApi;

/// <summary>Turns an OpenAPI v2 document into the binary form that kubectl asks for.</summary>
internal static class OpenApiV2Binary
{
    /// <summary>Its media type. Clients ask for it with an @ before the version, which their own parsers of answers do not take.</summary>
    public const string ContentType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    public static byte[] Write(JsonObject document) => new Document
    {
        Swagger = Text(document, "swagger"),
        Info = new() { Title = Text(document["info"]!, "title"), Version = Text(document["info"]!, "version") },
        Paths = new() { Path = { Members(document["paths"]).Select(path => new NamedPathItem { Name = path.Name, Value = Path(path.Value) }) } },
        Definitions = new() { AdditionalProperties = { Members(document["definitions"]).Select(Named) } },
    }.ToByteArray();

    private static PathItem Path(JsonObject path) => new()
    {
        Get = Operation(path["get"]),
        Put = Operation(path["put"]),
        Post = Operation(path["post"]),
        Delete = Operation(path["delete"]),
        Patch = Operation(path["patch"]),
        Parameters = { Items(path["parameters"]).Select(Parameter) },
    };

    private static Operation? Operation(JsonNode? node) => node is not JsonObject operation ? null : new()
    {
        Description = Text(operation, "description"),
        OperationId = Text(operation, "operationId"),
        Produces = { Texts(operation["produces"]) },
        Consumes = { Texts(operation["consumes"]) },
        Parameters = { Items(operation["parameters"]).Select(Parameter) },
        Responses = new() { ResponseCode = { Members(operation["responses"]).Select(Response) } },
        VendorExtension = { Extensions(operation) },
    };

    private static NamedResponseValue Response((string Code, JsonObject Value) response)
    {
        var result = new Response { Description = Text(response.Value, "description") };
        if (response.Value["schema"] is JsonObject schema) result.Schema = new() { Schema = Schema(schema) };
        return new() { Name = response.Code, Value = new() { Response = result } };
    }

    private static ParametersItem Parameter(JsonObject parameter)
    {
        var (name, place, type, description) = (Text(parameter, "name"), Text(parameter, "in"), Text(parameter, "type"), Text(parameter, "description"));
        return new()
        {
            Parameter = place switch
            {
                "body" => new() { BodyParameter = new() { Name = name, In = place, Required = true, Schema = Schema((JsonObject)parameter["schema"]!) } },
                "path" => Plain(new() { PathParameterSubSchema = new() { Name = name, In = place, Required = true, Type = type, Description = description } }),
                _ => Plain(new() { QueryParameterSubSchema = new() { Name = name, In = place, Type = type, Description = description } }),
            },
        };
    }

    private static Parameter Plain(NonBodyParameter parameter) => new() { NonBodyParameter = parameter };

    private static Schema Schema(JsonObject schema)
    {
        var result = new Schema
        {
            Ref = Text(schema, "$ref"),
            Format = Text(schema, "format"),
            Description = Text(schema, "description"),
            Required = { Texts(schema["required"]) },
            Enum = { (schema["enum"] as JsonArray ?? []).Select(value => new Any { Yaml = value!.ToJsonString() + "\n" }) },
            VendorExtension = { Extensions(schema) },
        };
        if (schema["type"] is { } type) result.Type = new() { Value = { (string)type! } };
        if (schema["items"] is JsonObject items) result.Items = new() { Schema = { Schema(items) } };
        if (schema["properties"] is { } properties) result.Properties = new() { AdditionalProperties = { Members(properties).Select(Named) } };
        result.AdditionalProperties = schema["additionalProperties"] switch
        {
            JsonObject values => new() { Schema = Schema(values) },
            JsonValue any => new() { Boolean = (bool)any },
            _ => null,
        };
        return result;
    }

    private static NamedSchema Named((string Name, JsonObject Value) schema) => new() { Name = schema.Name, Value = Schema(schema.Value) };

    // JSON is YAML.
    private static IEnumerable<NamedAny> Extensions(JsonObject node) => node
        .Where(member => member.Key.StartsWith("x-", StringComparison.Ordinal))
        .Select(member => new NamedAny { Name = member.Key, Value = new() { Yaml = member.Value!.ToJsonString() + "\n" } });

    private static IEnumerable<(string Name, JsonObject Value)> Members(JsonNode? node) =>
        (node as JsonObject ?? []).Where(member => member.Value is JsonObject).Select(member => (member.Key, (JsonObject)member.Value!));

    private static IEnumerable<JsonObject> Items(JsonNode? node) => (node as JsonArray ?? []).OfType<JsonObject>();

    private static IEnumerable<string> Texts(JsonNode? node) => (node as JsonArray ?? []).Select(item => (string)item!);

    private static string Text(JsonNode node, string name) => (string?)node[name] ?? "";
}
