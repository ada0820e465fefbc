using System.Text.Json.Nodes;

namespace Meltemi.Program.Verbs.Mesh;

/// <summary>What the status of a resource comes down to.</summary>
/// <param name="Settled">Nothing more is to be expected: it was said about the newest generation, and is true or refused for good.</param>
/// <param name="Good">All conditions hold.</param>
/// <param name="Summary">In a line.</param>
internal sealed record StatusText(bool Settled, bool Good, string Summary)
{
    public static StatusText Of(JsonObject resource)
    {
        var status = resource["status"];
        var conditions = status?["conditions"]?.AsArray();
        var isOld = (status?["observedGeneration"]?.GetValue<long>() ?? 0) < (resource["metadata"]?["generation"]?.GetValue<long>() ?? 0);
        if (conditions is not { Count: > 0 } || isOld) return new(false, false, "the controller has not looked at it yet");
        var texts = conditions.Select(condition => Text(condition!["type"], condition["status"]?.ToString(), condition["message"]?.ToString() ?? ""));
        var good = conditions.All(condition => condition!["status"]?.ToString() == "True");
        var refused = conditions.Any(condition => condition!["status"]?.ToString() == "False" && condition["type"]?.ToString() != "Programmed");
        return new(good || refused, good, string.Join("; ", texts));
    }

    private static string Text(JsonNode? type, string? holds, string message) => holds switch
    {
        "True" => message.Length > 0 ? $"{type} ({message})" : $"{type}",
        "False" => $"not {type}: {message}",
        _ => $"{type} unknown: {message}",
    };
}
