using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Meltemi.Resources;
using Meltemi.Resources.Text;

namespace Meltemi.ControlPlane.Api.Objects;

/// <summary>
/// Writes a resource as it is served. The stored JSON is copied through piece by piece, so nothing that we do not know is lost; its
/// <c>metadata</c> is completed with what the store decides, and <c>status</c> is added.
/// </summary>
internal static class ObjectWriter
{
    /// <summary>Options for all JSON that is written: what is written is well-formed by construction, and text stays readable.</summary>
    public static JsonWriterOptions Options { get; } = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The whole object.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="resource">What.</param>
    /// <param name="apiVersion">The version that was asked for; the versions of a kind differ in nothing else.</param>
    public static void Write(Utf8JsonWriter json, Resource resource, string apiVersion)
    {
        json.WriteStartObject();
        json.WriteString("apiVersion", apiVersion);
        json.WriteString("kind", resource.Kind.Name);
        WriteMetadata(json, resource);
        var reader = Open(resource);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (IsOneOf(ref reader, "apiVersion"u8, "kind"u8, "metadata"u8, "status"u8)) reader.Skip();
            else CopyProperty(ref reader, json, resource.Json.Span);
        }

        WriteStatus(json, resource);
        json.WriteEndObject();
    }

    // Objects of flat kinds, such as a Pod, have a status of their own. It comes first, and ours says what it does not.
    private static void WriteStatus(Utf8JsonWriter json, Resource resource)
    {
        if (!resource.Kind.Flat)
        {
            if (resource.Status is not { } status) return;
            json.WritePropertyName("status");
            json.WriteRawValue(StatusJson.Write(status).Span, skipInputValidation: true);
            return;
        }

        using var document = JsonDocument.Parse(resource.Json);
        var own = document.RootElement.TryGetProperty("status", out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
        if (own.ValueKind != JsonValueKind.Object && resource.Status is null) return;
        json.WriteStartObject("status");
        if (own.ValueKind == JsonValueKind.Object)
            foreach (var member in own.EnumerateObject()) member.WriteTo(json);
        if (resource.Status is { } ours)
        {
            using var besides = JsonDocument.Parse(StatusJson.Write(ours));
            foreach (var member in besides.RootElement.EnumerateObject())
                if (own.ValueKind != JsonValueKind.Object || !own.TryGetProperty(member.Name, out _)) member.WriteTo(json);
        }

        json.WriteEndObject();
    }

    /// <summary>Only its metadata, as a <c>PartialObjectMetadata</c>.</summary>
    public static void WritePartial(Utf8JsonWriter json, Resource resource)
    {
        json.WriteStartObject();
        json.WriteString("kind", "PartialObjectMetadata");
        json.WriteString("apiVersion", "meta.k8s.io/v1");
        WriteMetadata(json, resource);
        json.WriteEndObject();
    }

    private static void WriteMetadata(Utf8JsonWriter json, Resource resource)
    {
        json.WriteStartObject("metadata");
        json.WriteString("name", resource.Key.Name);
        if (resource.Key.Namespace.Length > 0) json.WriteString("namespace", resource.Key.Namespace);
        CopyOtherMetadata(json, resource);
        var meta = resource.Meta;
        if (meta.Uid.Length > 0) json.WriteString("uid", meta.Uid);
        if (meta.ResourceVersion.Length > 0) json.WriteString("resourceVersion", meta.ResourceVersion);
        if (meta.Generation > 0) json.WriteNumber("generation", meta.Generation);
        if (meta.CreationTimestamp != default) json.WriteString("creationTimestamp", Time(meta.CreationTimestamp));
        json.WriteEndObject();
    }

    private static void CopyOtherMetadata(Utf8JsonWriter json, Resource resource)
    {
        var reader = Open(resource);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!reader.ValueTextEquals("metadata"u8))
            {
                reader.Skip();
                continue;
            }

            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isOurs = IsOneOf(ref reader, "name"u8, "namespace"u8, "uid"u8, "resourceVersion"u8)
                    || IsOneOf(ref reader, "generation"u8, "creationTimestamp"u8, "selfLink"u8);
                if (isOurs) reader.Skip();
                else CopyProperty(ref reader, json, resource.Json.Span);
            }

            return;
        }
    }

    /// <summary>A time as Kubernetes writes it: UTC, whole seconds.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static Utf8JsonReader Open(Resource resource)
    {
        var reader = new Utf8JsonReader(resource.Json.Span);
        reader.Read(); // {
        return reader;
    }

    private static bool IsOneOf(ref Utf8JsonReader reader, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c, ReadOnlySpan<byte> d = default) =>
        reader.ValueTextEquals(a) || reader.ValueTextEquals(b) || reader.ValueTextEquals(c) || (!d.IsEmpty && reader.ValueTextEquals(d));

    private static void CopyProperty(ref Utf8JsonReader reader, Utf8JsonWriter json, ReadOnlySpan<byte> text)
    {
        json.WritePropertyName(reader.GetString()!);
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        json.WriteRawValue(text[start..(int)reader.BytesConsumed], skipInputValidation: true);
    }
}
