using System.Text.Json.Nodes;

namespace Meltemi.ControlPlane.Api.Patching.Apply;

/// <summary>An entry of <c>managedFields</c>: who owns which fields, and how it came to that.</summary>
/// <param name="Name">Name of the manager, such as <c>kubectl</c>.</param>
/// <param name="IsApply">It declared its fields by server-side apply; otherwise it changed them by other means.</param>
/// <param name="ApiVersion">Version of the object that it used.</param>
/// <param name="Time">When it last changed its set, as written.</param>
/// <param name="Fields">What it owns.</param>
internal sealed record FieldManager(string Name, bool IsApply, string ApiVersion, string Time, FieldSet Fields)
{
    public bool IsSame(string name, bool isApply) => Name == name && IsApply == isApply;

    public static FieldManager Read(JsonObject entry) => new(
        Text(entry, "manager"), Text(entry, "operation") == "Apply", Text(entry, "apiVersion"), Text(entry, "time"),
        entry["fieldsV1"] is JsonObject { Count: > 0 } fields ? FieldSet.Read(fields) : new());

    public JsonObject Write() => new()
    {
        ["manager"] = Name,
        ["operation"] = IsApply ? "Apply" : "Update",
        ["apiVersion"] = ApiVersion,
        ["time"] = Time,
        ["fieldsType"] = "FieldsV1",
        ["fieldsV1"] = Fields.Write(),
    };

    private static string Text(JsonObject entry, string name) =>
        entry[name] is JsonValue value && value.TryGetValue(out string? text) ? text : "";
}
