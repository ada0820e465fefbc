using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meltemi.ControlPlane.Api.Errors;
using Meltemi.Xds.Yaml;

namespace Meltemi.ControlPlane.Api.Writing;

/// <summary>Reads objects that clients send, in JSON or YAML.</summary>
internal static class ObjectText
{
    private const string Accepted = "application/json, application/yaml";

    /// <exception cref="ApiException">400: it is no object; 415: it is in another language.</exception>
    public static JsonObject Read(ReadOnlyMemory<byte> body, string mediaType)
    {
        var node = mediaType switch
        {
            "application/json" => RequestBody.Json(body),
            "application/yaml" or "application/x-yaml" or "text/yaml" => Yaml(body),
            // kubectl's commands that make Kubernetes' own kinds out of arguments.
            "application/vnd.kubernetes.protobuf" => throw Failure.UnsupportedMediaType(
                mediaType, $"{Accepted}; with kubectl: kubectl create ... --dry-run=client -o yaml | kubectl create -f -"),
            _ => throw Failure.UnsupportedMediaType(mediaType, Accepted),
        };
        return node as JsonObject ?? throw Failure.BadRequest("the body is no object");
    }

    private static JsonNode? Yaml(ReadOnlyMemory<byte> body)
    {
        try
        {
            return YamlText.Parse(Encoding.UTF8.GetString(body.Span)) is { } root ? Json(root) : null;
        }
        catch (YamlSyntaxException e)
        {
            throw Failure.BadRequest($"the body is no YAML: line {e.Mark.Line}, column {e.Mark.Column}: {e.Message}");
        }
    }

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMapping mapping => new JsonObject(mapping.Entries.Select(entry => KeyValuePair.Create(entry.Key, Json(entry.Value)))),
        YamlSequence sequence => new JsonArray([.. sequence.Items.Select(Json)]),
        YamlScalar scalar => scalar.JsonKind switch
        {
            JsonValueKind.String => JsonValue.Create(scalar.Text),
            JsonValueKind.Number => JsonNode.Parse(scalar.Text), // digits stay as they were written
            JsonValueKind.Null => null,
            var kind => JsonValue.Create(kind == JsonValueKind.True),
        },
        _ => null,
    };
}
