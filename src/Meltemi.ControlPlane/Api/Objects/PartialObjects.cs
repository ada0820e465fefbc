using System.Text.Json;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Api.Objects;

/// <summary>Metadata only: <c>PartialObjectMetadata</c>.</summary>
internal sealed class PartialObjects : IRepresentation
{
    public string ContentType => "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io";

    public void WriteOne(Utf8JsonWriter json, Resource resource) => ObjectWriter.WritePartial(json, resource);

    public void BeginList(Utf8JsonWriter json, ListMeta meta)
    {
        json.WriteStartObject();
        json.WriteString("kind", "PartialObjectMetadataList");
        json.WriteString("apiVersion", "meta.k8s.io/v1");
        meta.Write(json);
        json.WriteStartArray("items");
    }

    public void WriteItem(Utf8JsonWriter json, Resource resource) => WriteOne(json, resource);

    public void WriteBookmark(Utf8JsonWriter json, long revision, bool initialEventsEnd)
    {
        json.WriteStartObject();
        json.WriteString("kind", "PartialObjectMetadata");
        json.WriteString("apiVersion", "meta.k8s.io/v1");
        ListMeta.WriteBookmark(json, revision, initialEventsEnd);
        json.WriteEndObject();
    }
}
