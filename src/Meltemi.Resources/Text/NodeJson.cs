using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Meltemi.Xds.Yaml;

namespace Meltemi.Resources.Text;

/// <summary>
/// Writes an object as JSON: <c>apiVersion</c>, <c>kind</c>, <c>metadata</c>, <c>spec</c>, then the rest, everything else in its own order.
/// Left out are <c>status</c> and the metadata that stores give; the namespace is filled in.
/// </summary>
internal static class NodeJson
{
    /// <summary>Longest object, in bytes: aliases let a short text stand for a very long one.</summary>
    public const int MaxBytes = 32 * 1024 * 1024;

    private static readonly JsonWriterOptions Options =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private static readonly string[] First = ["apiVersion", "kind", "metadata", "spec"];

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    /// <exception cref="YamlSyntaxException">Too long or too deep.</exception>
    public static byte[] Write(YamlMapping root, string space, bool keepStatus)
    {
        var buffer = _buffer ??= new(4096);
        buffer.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(buffer, Options);
        writer.WriteStartObject();
        foreach (var key in First)
        {
            if (key == "metadata")
                WriteMetadata(writer, root.Find(key) as YamlMapping, space);
            else if (root.Find(key) is { } value)
                WriteProperty(writer, key, value, 1);
        }

        foreach (var entry in root.Entries)
        {
            if (!First.Contains(entry.Key) && (keepStatus || entry.Key != "status")) WriteProperty(writer, entry.Key, entry.Value, 1);
        }

        writer.WriteEndObject();
        writer.Flush();
        if (buffer.Capacity > 1024 * 1024) _buffer = null; // a large one is an exception, and not worth keeping
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteMetadata(Utf8JsonWriter writer, YamlMapping? metadata, string space)
    {
        writer.WriteStartObject("metadata");
        foreach (var entry in metadata?.Entries ?? [])
        {
            if (entry.Key is "uid" or "resourceVersion" or "generation" or "creationTimestamp" or "selfLink" or "namespace") continue;
            WriteProperty(writer, entry.Key, entry.Value, 2);
            if (entry.Key == "name" && space.Length > 0) writer.WriteString("namespace", space);
        }

        writer.WriteEndObject();
    }

    private static void WriteProperty(Utf8JsonWriter writer, string key, YamlNode value, int depth)
    {
        writer.WritePropertyName(Whole(key));
        Write(writer, value, depth);
    }

    private static void Write(Utf8JsonWriter writer, YamlNode node, int depth)
    {
        if (depth > YamlText.MaxDepth) throw new YamlSyntaxException(node.Mark, $"nested deeper than {YamlText.MaxDepth} levels");
        if (writer.BytesCommitted + writer.BytesPending > MaxBytes)
            throw new YamlSyntaxException(node.Mark, $"the object is longer than {MaxBytes} bytes when its aliases are written out");
        switch (node)
        {
            case YamlMapping mapping:
                writer.WriteStartObject();
                foreach (var entry in mapping.Entries) WriteProperty(writer, entry.Key, entry.Value, depth + 1);
                writer.WriteEndObject();
                break;
            case YamlSequence list:
                writer.WriteStartArray();
                foreach (var item in list.Items) Write(writer, item, depth + 1);
                writer.WriteEndArray();
                break;
            case YamlScalar scalar:
                Write(writer, scalar);
                break;
        }
    }

    private static void Write(Utf8JsonWriter writer, YamlScalar scalar)
    {
        switch (scalar.JsonKind)
        {
            case JsonValueKind.Null:
                writer.WriteNullValue();
                break;
            case JsonValueKind.True or JsonValueKind.False:
                writer.WriteBooleanValue(scalar.JsonKind == JsonValueKind.True);
                break;
            case JsonValueKind.Number:
                writer.WriteRawValue(scalar.Text, skipInputValidation: true);
                break;
            default:
                writer.WriteStringValue(Whole(scalar.Text));
                break;
        }
    }

    /// <summary>The text with the usual mark in place of half characters, which an escape in YAML can make and UTF-8 cannot have.</summary>
    private static string Whole(string text) =>
        text.AsSpan().ContainsAnyInRange('\ud800', '\udfff') ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) : text;
}
