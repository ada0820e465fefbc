using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Meltemi.ControlPlane.Stores.Table;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Stores.Files;

/// <summary>Documents as they are written into files.</summary>
internal static class DocumentText
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A document with one object, or with a list of them; ends with a line feed.</summary>
    public static string Of(IReadOnlyList<ReadOnlyMemory<byte>> objects, bool asJson)
    {
        var json = objects.Count == 1 ? objects[0] : List(objects);
        return asJson ? Indent(json) : ResourceText.ToYaml(json);
    }

    /// <summary>Whether a text, read again, holds a resource as it should be.</summary>
    public static bool Holds(string text, ResourceKey key, ReadOnlyMemory<byte> json)
    {
        foreach (var parsed in ResourceText.Parse(text))
        {
            if (parsed.Resource is { } found && found.Key == key) return ResourceJson.Same(found.Json, json);
        }

        return false;
    }

    private static string Indent(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return Encoding.UTF8.GetString(Write(document.RootElement.WriteTo)) + "\n";
    }

    private static byte[] List(IReadOnlyList<ReadOnlyMemory<byte>> objects) => Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("apiVersion", "v1");
        writer.WriteString("kind", "List");
        writer.WriteStartArray("items");
        foreach (var item in objects) writer.WriteRawValue(item.Span);
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static byte[] Write(Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Indented)) content(writer);
        return buffer.WrittenSpan.ToArray();
    }
}
