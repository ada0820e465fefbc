using System.Text.Encodings.Web;
using System.Text.Json;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Stores.Files;

/// <summary>
/// A line of the journal, such as
/// <c>{"version":7,"group":"g","kind":"K","namespace":"n","name":"a","uid":"u","generation":1,"created":"2026-01-02T03:04:05.678Z","source":"a.yaml","object":{},"status":{}}</c>.
/// Without <c>object</c>: as before. With <c>"deleted":true</c>: gone. A line of <c>version</c> alone says how far versions had come.
/// </summary>
internal static class JournalLine
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>How far versions have come.</summary>
    public static void WriteRevision(Stream target, long revision) => Write(target, writer => writer.WriteNumber("version", revision));

    /// <summary>A change.</summary>
    public static void Write(Stream target, StoreChange change, Func<ResourceKey, string> source) => Write(target, writer =>
    {
        var key = change.Key;
        writer.WriteNumber("version", change.After is { } written ? long.Parse(written.Meta.ResourceVersion, null) : change.Revision);
        writer.WriteString("group", key.Kind.Group);
        writer.WriteString("kind", key.Kind.Name);
        writer.WriteString("namespace", key.Namespace);
        writer.WriteString("name", key.Name);
        if (change.After is { } after)
            WriteResource(writer, after, source(key), withObject: !change.StatusOnly);
        else
            writer.WriteBoolean("deleted", true);
    });

    private static void WriteResource(Utf8JsonWriter writer, Resource resource, string source, bool withObject)
    {
        writer.WriteString("uid", resource.Meta.Uid);
        writer.WriteNumber("generation", resource.Meta.Generation);
        writer.WriteString("created", resource.Meta.CreationTimestamp);
        writer.WriteString("source", source);
        if (withObject)
        {
            // Not as it is: it may have line breaks.
            writer.WritePropertyName("object");
            using var document = JsonDocument.Parse(resource.Json);
            document.RootElement.WriteTo(writer);
        }

        if (resource.Status is { } status)
        {
            writer.WritePropertyName("status");
            writer.WriteRawValue(ResourceText.StatusToJson(status).Span);
        }
    }

    private static void Write(Stream target, Action<Utf8JsonWriter> content)
    {
        using (var writer = new Utf8JsonWriter(target, Relaxed))
        {
            writer.WriteStartObject();
            content(writer);
            writer.WriteEndObject();
        }

        target.WriteByte((byte)'\n');
    }
}
