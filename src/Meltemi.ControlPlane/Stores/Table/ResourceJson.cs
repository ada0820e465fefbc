using System.Buffers;
using System.Text.Json;

namespace Meltemi.ControlPlane.Stores.Table;

/// <summary>Questions about a resource's JSON, and the one change that stores make to it.</summary>
internal static class ResourceJson
{
    private const string ManagedFields = "managedFields";

    // What only a store says. managedFields are not among them: who manages a field is said by the API's clients.
    private static readonly string[] Generated = ["uid", "resourceVersion", "generation", "creationTimestamp", "selfLink"];

    /// <summary>Whether both mean the same; the order of keys and the way numbers are written do not matter.</summary>
    public static bool Same(ReadOnlyMemory<byte> left, ReadOnlyMemory<byte> right)
    {
        if (left.Span.SequenceEqual(right.Span)) return true;
        using var one = JsonDocument.Parse(left);
        using var other = JsonDocument.Parse(right);
        return JsonElement.DeepEquals(one.RootElement, other.RootElement);
    }

    /// <summary>Whether both mean the same apart from <c>apiVersion</c> and <c>metadata</c>: what <c>metadata.generation</c> does not count.</summary>
    public static bool SameSpec(ReadOnlyMemory<byte> left, ReadOnlyMemory<byte> right)
    {
        using var one = JsonDocument.Parse(left);
        using var other = JsonDocument.Parse(right);
        return Contains(one.RootElement, other.RootElement) && Contains(other.RootElement, one.RootElement);
    }

    /// <summary>
    /// Without the metadata that stores give; the same memory if there is none. They are kept beside the text, so that equal texts are equal
    /// resources whatever version a client read them at.
    /// </summary>
    public static ReadOnlyMemory<byte> WithoutGenerated(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        if (Metadata(document) is not { } metadata || !Array.Exists(Generated, name => metadata.TryGetProperty(name, out _))) return json;
        return WithMetadata(document, json.Length, name => !Array.Exists(Generated, generated => name.NameEquals(generated)));
    }

    /// <summary>Without <c>metadata.managedFields</c>; the same memory if there are none.</summary>
    public static ReadOnlyMemory<byte> WithoutManagedFields(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        if (Metadata(document)?.TryGetProperty(ManagedFields, out _) != true) return json;
        return WithMetadata(document, json.Length, property => !property.NameEquals(ManagedFields));
    }

    /// <summary>A text with the <c>metadata.managedFields</c> of another one, if that has any.</summary>
    public static ReadOnlyMemory<byte> WithManagedFieldsOf(ReadOnlyMemory<byte> other, ReadOnlyMemory<byte> json)
    {
        using var from = JsonDocument.Parse(other);
        JsonElement managed = default;
        if (Metadata(from)?.TryGetProperty(ManagedFields, out managed) != true) return json;
        using var document = JsonDocument.Parse(json);
        return WithMetadata(document, json.Length + 256, property => !property.NameEquals(ManagedFields), managed);
    }

    private static JsonElement? Metadata(JsonDocument document) =>
        document.RootElement.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object ? metadata : null;

    private static ReadOnlyMemory<byte> WithMetadata(
        JsonDocument document, int capacity, Predicate<JsonProperty> keep, JsonElement managed = default)
    {
        var buffer = new ArrayBufferWriter<byte>(capacity);
        using var writer = new Utf8JsonWriter(buffer, new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (property.NameEquals("metadata"))
                WriteMetadata(writer, property, keep, managed);
            else
                property.WriteTo(writer);
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private static void WriteMetadata(Utf8JsonWriter writer, JsonProperty metadata, Predicate<JsonProperty> keep, JsonElement managed)
    {
        writer.WriteStartObject(metadata.Name);
        foreach (var property in metadata.Value.EnumerateObject())
        {
            if (keep(property)) property.WriteTo(writer);
        }

        if (managed.ValueKind != JsonValueKind.Undefined)
        {
            writer.WritePropertyName(ManagedFields);
            managed.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private static bool Contains(JsonElement whole, JsonElement part)
    {
        foreach (var property in part.EnumerateObject())
        {
            if (property.NameEquals("metadata") || property.NameEquals("apiVersion")) continue;
            if (!whole.TryGetProperty(property.Name, out var value) || !JsonElement.DeepEquals(value, property.Value)) return false;
        }

        return true;
    }
}
