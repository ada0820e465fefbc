using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Api.Writing;

/// <summary>Reads a <c>status</c> that a client writes, in the shape that <see cref="Resources.Text.StatusJson"/> writes.</summary>
internal static class StatusReader
{
    /// <summary>Reads it. What has no place in our status is left out.</summary>
    /// <exception cref="FormatException">It has another shape; the message names the field.</exception>
    public static ResourceStatus Read(JsonElement status)
    {
        if (status.ValueKind != JsonValueKind.Object) throw new FormatException("status: an object was expected");
        return new()
        {
            Conditions = Items(status, "conditions", ReadCondition),
            Messages = Items(status, "validationMessages", ReadMessage),
            ObservedGeneration = Member(status, "observedGeneration") is not { } generation ? 0
                : generation.ValueKind == JsonValueKind.Number && generation.TryGetInt64(out var number) ? number
                : generation.ValueKind == JsonValueKind.String && long.TryParse(generation.GetString(), CultureInfo.InvariantCulture, out number) ? number
                : throw new FormatException("status.observedGeneration: a whole number was expected"),
        };
    }

    private static Condition ReadCondition(JsonElement item, string path)
    {
        var type = String(item, "type", path);
        if (type.Length == 0) throw new FormatException($"{path}.type: a name was expected");
        bool? holds = String(item, "status", path) switch
        {
            "True" => true,
            "False" => false,
            "Unknown" or "" => null,
            var other => throw new FormatException($"{path}.status: \"{other}\" is none of True, False, Unknown"),
        };
        var since = String(item, "lastTransitionTime", path);
        var time = default(DateTimeOffset);
        if (since.Length > 0 && !DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time))
            throw new FormatException($"{path}.lastTransitionTime: \"{since}\" is no time");
        return new(type, holds, String(item, "reason", path), String(item, "message", path), time);
    }

    private static StatusMessage ReadMessage(JsonElement item, string path) =>
        new(String(item, "level", path) == "ERROR", String(item, "path", path), String(item, "message", path));

    private static ImmutableArray<T> Items<T>(JsonElement status, string name, Func<JsonElement, string, T> read)
    {
        if (Member(status, name) is not { } list) return [];
        if (list.ValueKind != JsonValueKind.Array) throw new FormatException($"status.{name}: a list was expected");
        return
        [
            .. list.EnumerateArray().Select((item, i) => item.ValueKind == JsonValueKind.Object
                ? read(item, $"status.{name}[{i}]")
                : throw new FormatException($"status.{name}[{i}]: an object was expected")),
        ];
    }

    private static string String(JsonElement item, string name, string path) => Member(item, name) is not { } value ? ""
        : value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new FormatException($"{path}.{name}: a text was expected");

    private static JsonElement? Member(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
