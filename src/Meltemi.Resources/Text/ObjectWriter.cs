using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Meltemi.Resources.Text;

/// <summary>
/// Puts together what <see cref="ObjectReader"/> took apart, by copying bytes: the object's text, the store's metadata at the end of
/// <c>metadata</c>, and <c>status</c> at the end. Where the object has a status of its own (a Pod), what it says there comes first.
/// </summary>
internal static class ObjectWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(Resource resource)
    {
        var json = resource.Json.Span;
        var output = new ArrayBufferWriter<byte>(json.Length + 512);
        var (copied, ownStatus) = (0, false);
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isMetadata = reader.ValueTextEquals("metadata"u8);
            var isStatus = reader.ValueTextEquals("status"u8);
            reader.Read();
            var begin = (int)reader.TokenStartIndex;
            var isObject = reader.TokenType == JsonTokenType.StartObject;
            reader.Skip();
            var end = (int)reader.BytesConsumed - 1; // the closing brace
            if (!isObject || !(isMetadata || isStatus)) continue;
            ownStatus |= isStatus;
            output.Write(json[copied..end]);
            var added = isMetadata ? Generated(resource.Meta) : StatusBesides(resource.Status, json[begin..(end + 1)]);
            Append(output, added, isFirst: json[(begin + 1)..end].Trim(" \t\r\n"u8).IsEmpty);
            copied = end;
        }

        var close = (int)reader.BytesConsumed - 1;
        output.Write(json[copied..close]);
        if (!ownStatus && resource.Status is { } status)
        {
            output.Write(",\"status\":"u8);
            output.Write(StatusJson.Write(status).Span);
        }

        output.Write("}"u8);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Appends the members of an object to another one that is being written.</summary>
    private static void Append(ArrayBufferWriter<byte> output, ReadOnlyMemory<byte> members, bool isFirst)
    {
        var inner = members.Span[1..^1];
        if (inner.IsEmpty) return;
        if (!isFirst) output.Write(","u8);
        output.Write(inner);
    }

    private static ReadOnlyMemory<byte> Generated(ResourceMeta meta)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer, Options);
        writer.WriteStartObject();
        if (meta.Uid.Length > 0) writer.WriteString("uid", meta.Uid);
        if (meta.ResourceVersion.Length > 0) writer.WriteString("resourceVersion", meta.ResourceVersion);
        if (meta.Generation > 0) writer.WriteNumber("generation", meta.Generation);
        if (meta.CreationTimestamp != default) writer.WriteString("creationTimestamp", Timestamps.Text(meta.CreationTimestamp));
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>Our status without the members that the object's own has.</summary>
    private static ReadOnlyMemory<byte> StatusBesides(ResourceStatus? status, ReadOnlySpan<byte> own)
    {
        if (status is null) return "{}"u8.ToArray();
        using var ours = JsonDocument.Parse(StatusJson.Write(status));
        var reader = new Utf8JsonReader(own);
        using var theirs = JsonDocument.ParseValue(ref reader);
        var buffer = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(buffer, Options);
        writer.WriteStartObject();
        foreach (var member in ours.RootElement.EnumerateObject())
        {
            if (!theirs.RootElement.TryGetProperty(member.Name, out _)) member.WriteTo(writer);
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }
}
