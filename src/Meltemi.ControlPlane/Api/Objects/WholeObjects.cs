using System.Text.Json;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Api.Objects;

/// <summary>Objects as they are.</summary>
internal sealed class WholeObjects(ResourceKind kind, string apiVersion) : IRepresentation
{
    public string ContentType => "application/json";

    public void WriteOne(Utf8JsonWriter json, Resource resource) => ObjectWriter.Write(json, resource, apiVersion);

    public void BeginList(Utf8JsonWriter json, ListMeta meta)
    {
        json.WriteStartObject();
        json.WriteString("apiVersion", apiVersion);
        json.WriteString("kind", kind.Name + "List");
        meta.Write(json);
        json.WriteStartArray("items");
    }

    public void WriteItem(Utf8JsonWriter json, Resource resource) => WriteOne(json, resource);

    public void WriteBookmark(Utf8JsonWriter json, long revision, bool initialEventsEnd)
    {
        json.WriteStartObject();
        json.WriteString("apiVersion", apiVersion);
        json.WriteString("kind", kind.Name);
        ListMeta.WriteBookmark(json, revision, initialEventsEnd);
        json.WriteEndObject();
    }
}
