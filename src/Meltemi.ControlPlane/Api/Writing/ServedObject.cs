using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meltemi.ControlPlane.Api.Objects;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Api.Writing;

/// <summary>An object as clients see it, to apply patches to.</summary>
internal static class ServedObject
{
    public static JsonObject Of(Resource resource, string apiVersion)
    {
        var bytes = new ArrayBufferWriter<byte>(resource.Json.Length + 512);
        using (var json = new Utf8JsonWriter(bytes, ObjectWriter.Options)) ObjectWriter.Write(json, resource, apiVersion);
        return (JsonObject)JsonNode.Parse(bytes.WrittenSpan)!;
    }
}
