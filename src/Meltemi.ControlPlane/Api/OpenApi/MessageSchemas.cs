using System.Text.Json.Nodes;
using Meltemi.ControlPlane.Api.Discovery;
using Meltemi.Resources;
using Meltemi.Resources.Istio;
using Meltemi.Xds.Schema;
using Kind = Meltemi.Xds.Rules.Field.Types.Kind;

namespace Meltemi.ControlPlane.Api.OpenApi;

/// <summary>
/// The messages of the kinds as schemas: the same protos that the reader goes by, with their comments as descriptions. A message becomes a schema
/// of its own, named like it, which others refer to.
/// </summary>
internal static class MessageSchemas
{
    private const string Preserve = "x-kubernetes-preserve-unknown-fields";

    private static readonly Lazy<Dictionary<string, string>> Comments = new(() => ProtoComments.Read(typeof(ServiceEntry).Assembly));

    /// <summary>The schemas of all messages that objects of these kinds consist of.</summary>
    public static IEnumerable<(string Name, JsonObject Schema)> Of(IEnumerable<ResourceKind> kinds)
    {
        var waiting = new Queue<string>(kinds.SelectMany(kind => kind.Flat ? Referred(kind.MessageType) : [kind.MessageType]));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (waiting.TryDequeue(out var name))
        {
            if (!seen.Add(name)) continue;
            yield return (name, Schema(name));
            foreach (var other in Referred(name)) waiting.Enqueue(other);
        }
    }

    /// <summary>What is in the objects of a kind.</summary>
    public static KindBody Body(ResourceKind kind)
    {
        var description = Comments.Value.GetValueOrDefault(kind.MessageType, kind.Name);
        return kind.Flat
            ? new(description, Properties(Message(kind.MessageType)), Message(kind.MessageType).IsOpen && !KubernetesFields.IsComplete(kind.MessageType))
            : new(description, new() { ["spec"] = MetadataSchemas.Reference(kind.MessageType, "What is wanted.") }, IsOpen: false);
    }

    private static MessageSchema Message(string name) => ResourceSchemas.Set.Message(name)!;

    private static IEnumerable<string> Referred(string name) => Message(name).FieldList
        .Select(field => MapValue(field) ?? field)
        .Where(field => field.Type == Kind.Message && !field.TypeName.StartsWith("google.protobuf.", StringComparison.Ordinal))
        .Select(field => field.TypeName);

    private static JsonObject Schema(string name)
    {
        var message = Message(name);
        var schema = MetadataSchemas.Object(Comments.Value.GetValueOrDefault(name, ""));
        schema["properties"] = Properties(message);
        var required = message.FieldList.Where(field => field.Rules is { Required: true } && field.OneofIndex < 0).ToArray();
        if (required.Length > 0) schema["required"] = ResourceLists.Texts(required.Select(field => field.Name));
        if (message.IsOpen && !KubernetesFields.IsComplete(name)) schema[Preserve] = true;
        return schema;
    }

    private static JsonObject Properties(MessageSchema message)
    {
        var properties = new JsonObject();
        foreach (var field in message.FieldList)
        {
            var schema = Field(field);
            if (Comments.Value.TryGetValue($"{message.FullName}.{field.Name}", out var comment))
            {
                if (schema.ContainsKey("$ref")) schema = MetadataSchemas.Reference(field.TypeName, comment);
                else schema["description"] = comment;
            }

            KubernetesFields.AddMergeKey(message.FullName, field.Name, schema);
            properties[field.Name] = schema;
            if (field.Rules is { Also.Length: > 0 } rules) properties[rules.Also] = schema.DeepClone();
        }

        foreach (var other in KubernetesFields.Others(message.FullName)) properties[other] = MetadataSchemas.Anything("Kept, and without effect.");
        return properties;
    }

    private static JsonObject Field(FieldSchema field)
    {
        if (MapValue(field) is { } value) return new() { ["type"] = "object", ["additionalProperties"] = Value(value) };
        return field.Repeated ? new() { ["type"] = "array", ["items"] = Value(field) } : Value(field);
    }

    // The value of a map, which is a list of messages with a key and a value; null: it is no map.
    private static FieldSchema? MapValue(FieldSchema field) =>
        field is { Repeated: true, Type: Kind.Message } && ResourceSchemas.Set.Message(field.TypeName) is { IsMapEntry: true } entry
            ? entry.Find("value")
            : null;

    private static JsonObject Value(FieldSchema field) => field.Type switch
    {
        Kind.Message => MessageValue(field.TypeName),
        Kind.Enum => Typed("string", values: ResourceSchemas.Set.Enum(field.TypeName).Names),
        Kind.String => Typed("string"),
        Kind.Bytes => Typed("string", "byte"),
        Kind.Bool => Typed("boolean"),
        Kind.Double or Kind.Float => Typed("number"),
        _ => Typed("integer"),
    };

    private static JsonObject MessageValue(string name) => name switch
    {
        "google.protobuf.Duration" => Typed("string"),
        "google.protobuf.Timestamp" => Typed("string", "date-time"),
        "google.protobuf.StringValue" => Typed("string"),
        "google.protobuf.BoolValue" => Typed("boolean"),
        "google.protobuf.DoubleValue" or "google.protobuf.FloatValue" => Typed("number"),
        "google.protobuf.UInt32Value" or "google.protobuf.UInt64Value" or "google.protobuf.Int32Value" or "google.protobuf.Int64Value" => Typed("integer"),
        "google.protobuf.Struct" => new() { ["type"] = "object", [Preserve] = true },
        _ when name.StartsWith("google.protobuf.", StringComparison.Ordinal) => new() { [Preserve] = true },
        _ => MetadataSchemas.Reference(name),
    };

    private static JsonObject Typed(string type, string format = "", IEnumerable<string>? values = null)
    {
        var schema = new JsonObject { ["type"] = type };
        if (format.Length > 0) schema["format"] = format;
        if (values is not null) schema["enum"] = new JsonArray([.. values.Select(value => (JsonNode)value)]);
        return schema;
    }
}
