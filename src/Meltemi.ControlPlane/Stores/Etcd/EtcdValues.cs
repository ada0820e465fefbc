using System.Buffers;
using System.Text;
using System.Text.Json;
using Meltemi.ControlPlane.Stores.Table;
using Meltemi.Resources;
using Meltemi.Xds.Reading;

namespace Meltemi.ControlPlane.Stores.Etcd;

/// <summary>
/// What stands under the keys: of a resource the whole object as JSON with <c>uid</c>, <c>generation</c> and <c>creationTimestamp</c>, of a status
/// <c>{"uid":"of the resource","status":{...}}</c>. Versions are not written: they are etcd's revisions.
/// </summary>
internal static class EtcdValues
{
    /// <summary>The value of a resource.</summary>
    public static byte[] Write(Resource resource) =>
        ResourceText.ToJson(resource with { Status = null, Meta = resource.Meta with { ResourceVersion = "" } });

    /// <summary>The value of a status.</summary>
    public static byte[] Write(string uid, ResourceStatus status)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("uid", uid);
        writer.WritePropertyName("status");
        writer.WriteRawValue(ResourceText.StatusToJson(status).Span);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a resource; null with a reason, if it is none or stands under a wrong key.</summary>
    public static Resource? Read(ResourceKey key, byte[] value, StoreLimits limits, out string problem)
    {
        problem = "";
        var parsed = ResourceText.FromJson(value);
        if (parsed.Resource is not { } resource)
            problem = string.Join("; ", parsed.Problems.Where(found => found.Severity == ProblemSeverity.Error).Take(5));
        else if (resource.Key != key)
            problem = $"the value is that of {resource.Key}";
        else if (resource.Json.Length > limits.MaxResourceBytes)
            problem = WriteRules.TooLarge(resource, limits);
        else if (resource.Meta.Uid.Length == 0)
            problem = "there is no metadata.uid: write resources by a controller (meltemi apply, kubectl apply), not into etcd";
        return problem.Length == 0 ? parsed.Resource : null;
    }

    /// <summary>Reads a status; null if it is none: then it is said again soon.</summary>
    public static (string Uid, ResourceStatus Status)? ReadStatus(byte[] value)
    {
        try
        {
            using var document = JsonDocument.Parse(value);
            var uid = document.RootElement.GetProperty("uid").GetString();
            var status = ResourceText.StatusFromJson(Encoding.UTF8.GetBytes(document.RootElement.GetProperty("status").GetRawText()));
            return uid is null || status is null ? null : (uid, status);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
