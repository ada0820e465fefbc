using System.Text.Json.Nodes;

namespace Meltemi.ControlPlane.Api.Patching;

/// <summary>JSON merge patch, RFC 7386.</summary>
internal static class MergePatch
{
    /// <summary>The target after the patch; the target is changed where it is an object.</summary>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes) return patch?.DeepClone();
        var result = target as JsonObject ?? [];
        foreach (var (name, change) in changes)
        {
            if (change is null)
            {
                result.Remove(name);
                continue;
            }

            result.TryGetPropertyValue(name, out var before);
            var after = Apply(before, change);
            if (!ReferenceEquals(before, after)) result[name] = after;
        }

        return result;
    }
}
