using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Meltemi.Xds.Yaml;

namespace Meltemi.Resources.Text;

/// <summary>
/// <c>status</c> as JSON, in the shape of Istio's <c>IstioStatus</c>: <c>conditions</c>, <c>validationMessages</c> (each with Istio's
/// <c>level</c>, and with <c>path</c> and <c>message</c> where Istio has a code and a link) and <c>observedGeneration</c>. Reading never
/// fails: a status is what we said before, and what cannot be understood is said again soon.
/// </summary>
public static class StatusJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The status as one object.</summary>
    public static ReadOnlyMemory<byte> Write(ResourceStatus status)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(buffer, Options);
        writer.WriteStartObject();
        writer.WriteNumber("observedGeneration", status.ObservedGeneration);
        if (!status.Conditions.IsEmpty) WriteConditions(writer, status);
        if (!status.Messages.IsEmpty) WriteMessages(writer, status.Messages);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>What of it can be understood; null if there is none.</summary>
    internal static ResourceStatus? Read(YamlNode? node)
    {
        if (node is not YamlMapping { Entries.Count: > 0 } mapping) return null;
        _ = long.TryParse(Text(mapping, "observedGeneration"), CultureInfo.InvariantCulture, out var generation);
        return new()
        {
            ObservedGeneration = generation,
            Conditions = [.. Items(mapping, "conditions").Select(Condition)],
            Messages = [.. Items(mapping, "validationMessages").Select(Message)],
        };
    }

    private static void WriteConditions(Utf8JsonWriter writer, ResourceStatus status)
    {
        writer.WriteStartArray("conditions");
        foreach (var condition in status.Conditions)
        {
            writer.WriteStartObject();
            writer.WriteString("type", condition.Type);
            writer.WriteString("status", condition.Holds switch { true => "True", false => "False", null => "Unknown" });
            writer.WriteString("reason", condition.Reason);
            writer.WriteString("message", condition.Message);
            writer.WriteString("lastTransitionTime", Timestamps.Text(condition.Since));
            writer.WriteNumber("observedGeneration", status.ObservedGeneration);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteMessages(Utf8JsonWriter writer, ImmutableArray<StatusMessage> messages)
    {
        writer.WriteStartArray("validationMessages");
        foreach (var message in messages)
        {
            writer.WriteStartObject();
            writer.WriteString("level", message.IsError ? "ERROR" : "WARNING");
            writer.WriteString("path", message.Path);
            writer.WriteString("message", message.Text);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static IEnumerable<YamlMapping> Items(YamlMapping status, string key) =>
        status.Find(key) is YamlSequence list ? list.Items.OfType<YamlMapping>() : [];

    private static string Text(YamlMapping mapping, string key) => mapping.Find(key) is YamlScalar { Text: var text } ? text : "";

    private static Condition Condition(YamlMapping condition)
    {
        bool? holds = Text(condition, "status") switch { "True" => true, "False" => false, _ => null };
        _ = Timestamps.TryParse(Text(condition, "lastTransitionTime"), out var since);
        return new(Text(condition, "type"), holds, Text(condition, "reason"), Text(condition, "message"), since);
    }

    private static StatusMessage Message(YamlMapping message) =>
        new(Text(message, "level") == "ERROR", Text(message, "path"), Text(message, "message"));
}
