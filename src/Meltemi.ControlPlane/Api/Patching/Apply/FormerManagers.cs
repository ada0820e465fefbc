using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Meltemi.ControlPlane.Api.Patching.Apply;

/// <summary>
/// Who owned what before the first server-side apply, when nobody kept a record: kubectl what its own apply noted in an annotation and is still so,
/// somebody whom we do not know the rest.
/// </summary>
internal static class FormerManagers
{
    /// <summary>kubectl's name when it applies on the server, and by itself.</summary>
    public const string Kubectl = "kubectl", ClientSideApply = "kubectl-client-side-apply";

    private const string Unknown = "before-first-apply", LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>The owners of an object without a record.</summary>
    public static ImmutableArray<FieldManager> Of(JsonObject live, string apiVersion, string time)
    {
        var ownable = ManagedFields.Ownable(live);
        var applied = Applied(live, ownable);
        var rest = FieldSet.Of(ownable).Except(applied);
        FieldManager[] managers = [new(ClientSideApply, false, apiVersion, time, applied), new(Unknown, false, apiVersion, time, rest)];
        return [.. managers.Where(manager => !manager.Fields.IsEmpty)];
    }

    private static FieldSet Applied(JsonObject live, JsonObject ownable)
    {
        if (live["metadata"]?["annotations"]?[LastApplied] is not JsonValue note || !note.TryGetValue(out string? text)) return new();
        try
        {
            if (JsonNode.Parse(text) is not JsonObject last) return new();
            var said = ManagedFields.Ownable(last);
            var own = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [LastApplied] = text } } };
            return FieldSet.Of(said).Except(FieldSet.Of(said, differsFrom: ownable)).Union(FieldSet.Of(own));
        }
        catch (JsonException)
        {
            return new(); // somebody's own idea of that annotation
        }
    }
}
