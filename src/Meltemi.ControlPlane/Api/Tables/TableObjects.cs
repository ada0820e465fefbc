using System.Text.Json;
using Meltemi.ControlPlane.Api.Objects;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Api.Tables;

/// <summary>What a row of a table carries beside its cells.</summary>
internal enum RowObject
{
    None,
    Metadata,
    Object,
}

/// <summary>Objects as rows of a table, as kubectl prints them.</summary>
internal sealed class TableObjects(ResourceKind kind, string objectVersion, string tableVersion, RowObject include) : IRepresentation
{
    private readonly TableColumn[] _columns = TableColumns.Of(kind);

    public string ContentType => $"application/json;as=Table;v={tableVersion};g=meta.k8s.io";

    public void WriteOne(Utf8JsonWriter json, Resource resource)
    {
        BeginTable(json);
        json.WriteStartObject("metadata");
        json.WriteString("resourceVersion", resource.Meta.ResourceVersion);
        json.WriteEndObject();
        WriteColumns(json);
        json.WriteStartArray("rows");
        WriteItem(json, resource);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public void BeginList(Utf8JsonWriter json, ListMeta meta)
    {
        BeginTable(json);
        meta.Write(json);
        WriteColumns(json);
        json.WriteStartArray("rows");
    }

    public void WriteItem(Utf8JsonWriter json, Resource resource)
    {
        json.WriteStartObject();
        json.WriteStartArray("cells");
        using (var document = JsonDocument.Parse(resource.Json))
        {
            var row = new TableRow(resource, document.RootElement, DateTimeOffset.UtcNow);
            foreach (var column in _columns) WriteCell(json, column.Read(row));
        }

        json.WriteEndArray();
        if (include != RowObject.None)
        {
            json.WritePropertyName("object");
            if (include == RowObject.Object) ObjectWriter.Write(json, resource, objectVersion);
            else ObjectWriter.WritePartial(json, resource);
        }

        json.WriteEndObject();
    }

    public void WriteBookmark(Utf8JsonWriter json, long revision, bool initialEventsEnd)
    {
        BeginTable(json);
        ListMeta.WriteBookmark(json, revision, initialEventsEnd);
        WriteColumns(json);
        json.WriteStartArray("rows");

        // Clients look for the version of a bookmark in the object of its only row.
        json.WriteStartObject();
        json.WriteStartArray("cells");
        json.WriteEndArray();
        json.WriteStartObject("object");
        json.WriteString("kind", "PartialObjectMetadata");
        json.WriteString("apiVersion", "meta.k8s.io/v1");
        ListMeta.WriteBookmark(json, revision, initialEventsEnd);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void BeginTable(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("kind", "Table");
        json.WriteString("apiVersion", $"meta.k8s.io/{tableVersion}");
    }

    private void WriteColumns(Utf8JsonWriter json)
    {
        json.WriteStartArray("columnDefinitions");
        foreach (var column in _columns)
        {
            json.WriteStartObject();
            json.WriteString("name", column.Name);
            json.WriteString("type", column.Type);
            json.WriteString("format", column.Format);
            json.WriteString("description", column.Description);
            json.WriteNumber("priority", column.Wide ? 1 : 0);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteCell(Utf8JsonWriter json, object? cell)
    {
        switch (cell)
        {
            case long number:
                json.WriteNumberValue(number);
                break;
            case string { Length: > 0 } text:
                json.WriteStringValue(text);
                break;
            default:
                json.WriteStringValue("<none>"); // as kubectl's own columns say it; an empty cell would shift the others for scripts
                break;
        }
    }
}
