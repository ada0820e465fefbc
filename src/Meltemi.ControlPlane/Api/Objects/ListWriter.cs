using System.Text.Json;
using Meltemi.Resources;
using Microsoft.AspNetCore.Http;

namespace Meltemi.ControlPlane.Api.Objects;

/// <summary>Answers with a list, object by object: memory is bounded by a chunk, however long it is.</summary>
internal static class ListWriter
{
    public static async Task WriteAsync(HttpContext http, IRepresentation shown, ListMeta meta, IEnumerable<Resource> items)
    {
        await using var body = new ResponseBody(http, 200, shown.ContentType);
        await using var json = new Utf8JsonWriter(body.Buffer, ObjectWriter.Options);
        shown.BeginList(json, meta);
        foreach (var item in items)
        {
            shown.WriteItem(json, item);
            json.Flush();
            await body.FlushIfLargeAsync();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        await body.FinishAsync();
    }
}
