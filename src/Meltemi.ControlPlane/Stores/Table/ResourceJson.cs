using System.Buffers;
using System.Text.Json;

namespace Meltemi.ControlPlane.Stores.Table;

/// <summary>Questions about a resource's JSON, and the one change that stores make to it.</summary>
internal static class ResourceJson
{
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
        if (!document.RootElement.TryGetProperty("metadata", out var metadata) || metadata.ValueKind != JsonValueKind.Object) return json;
        if (!Array.Exists(Generated, name => metadata.TryGetProperty(name, out _))) return json;

        var buffer = new ArrayBufferWriter<byte>(json.Length);
        using var writer = new Utf8JsonWriter(buffer, new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (property.NameEquals("metadata"))
                WriteMetadata(writer, property);
            else
                property.WriteTo(writer);
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private static void WriteMetadata(Utf8JsonWriter writer, JsonProperty metadata)
    {
        writer.WriteStartObject(metadata.Name);
        foreach (var property in metadata.Value.EnumerateObject())
        {
            if (!Array.Exists(Generated, property.NameEquals)) property.WriteTo(writer);
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
