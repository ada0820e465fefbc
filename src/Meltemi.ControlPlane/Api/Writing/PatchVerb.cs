using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Meltemi.ControlPlane.Api.Errors;
using Meltemi.ControlPlane.Api.Objects;
using Meltemi.ControlPlane.Api.Patching;
using Meltemi.ControlPlane.Api.Patching.Apply;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Api.Writing;

/// <summary>Changes a part of an object, in the four languages that clients have for it.</summary>
internal sealed class PatchVerb(ObjectStore objects)
{
    private const string Json = "application/json-patch+json", MergeType = "application/merge-patch+json";
    private const string Strategic = "application/strategic-merge-patch+json", ApplyType = "application/apply-patch+yaml";

    /// <summary>How often a patch that names no version is tried again because somebody else was quicker.</summary>
    private const int MaxTries = 8;

    /// <summary>A store that is itself waiting for somebody, such as an editor that is saving, needs a moment: 0.6 s for all tries together.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public async Task RunAsync(ApiRequest request)
    {
        var type = RequestBody.MediaType(request.Http);
        var accepted = Accepted(request.Kind, request.Path.Subresource.Length > 0);
        if (!accepted.Contains(type)) throw Failure.UnsupportedMediaType(type, string.Join(", ", accepted));
        if (type != ApplyType && request.Query("force").Length > 0) throw Failure.BadRequest("force is possible with server-side apply only");
        if (type == ApplyType && request.Query("fieldManager").Length == 0) throw Failure.BadRequest("fieldManager is required for apply patch");

        var body = await RequestBody.ReadAsync(request.Http, objects.Options.MaxBodyBytes);
        JsonNode? patch = type == ApplyType ? ObjectText.Read(body, "application/yaml") : RequestBody.Json(body);
        for (var tries = 1; ; tries++)
        {
            try
            {
                var (status, resource) = await TryAsync(request, type, patch);
                await request.Answer(status, resource);
                return;
            }
            catch (ApiException e) when (tries < MaxTries && IsOvertaken(e.Status) && !NamesVersion(patch))
            {
                // Somebody else was quicker: the patch is applied to what there is now.
                request.Http.Response.Headers.Remove("Warning");
                await Task.Delay(Pause * tries, objects.Options.Time, request.Cancel);
            }
        }
    }

    /// <summary>The languages that are taken for a kind. A strategic merge needs to know the keys of all lists, as we do for
    /// Kubernetes' own kinds but the Pod.</summary>
    public static ImmutableArray<string> Accepted(ResourceKind kind, bool status)
    {
        if (status) return [Json, MergeType];
        var isKubernetes = (kind.Group.Length == 0 && kind.Name != "Pod") || kind.Group.EndsWith(".k8s.io", StringComparison.Ordinal);
        return isKubernetes ? [Json, MergeType, Strategic, ApplyType] : [Json, MergeType, ApplyType];
    }

    // A conflict of field managers, which has causes, would come again.
    private static bool IsOvertaken(ApiStatus status) => status is { Code: 409, Reason: "Conflict" or "AlreadyExists", Causes.IsEmpty: true };

    private static bool NamesVersion(JsonNode? patch) => patch is JsonObject members && ObjectIdentity.Meta(members, "resourceVersion").Length > 0;

    private async Task<(int Status, Resource Resource)> TryAsync(ApiRequest request, string type, JsonNode? patch)
    {
        if (type == ApplyType) return await ApplyAsync(request, (JsonObject)patch!);
        var before = objects.Get(request);
        var node = Patched(request, type, ServedObject.Of(before, request.ApiVersion), patch);
        ObjectIdentity.Complete(request, node);

        // A version in the patched object is the one of before, or one that the patch insists on.
        var version = ObjectIdentity.Meta(node, "resourceVersion") is { Length: > 0 } named ? named : before.Meta.ResourceVersion;
        return (200, await UpdateVerb.StoreAsync(objects, request, before, node, version));
    }

    private JsonObject Patched(ApiRequest request, string type, JsonObject target, JsonNode? patch)
    {
        try
        {
            var result = type switch
            {
                Json => JsonPatch.Apply(target, patch, objects.Options.MaxBodyBytes),
                MergeType => MergePatch.Apply(target, patch),
                _ when patch is JsonObject changes => StrategicMergePatch.Apply(target, changes),
                _ => throw new PatchException("a strategic merge patch is an object", malformed: true),
            };
            return result as JsonObject ?? throw new PatchException("the patch leaves no object");
        }
        catch (PatchException e)
        {
            var message = $"the patch of {request.Kind.Plural} \"{request.Path.Name}\" cannot be applied: {e.Message}";
            throw e.Malformed ? Failure.BadRequest(message) : Failure.Unprocessable(message);
        }
    }

    private async Task<(int Status, Resource Resource)> ApplyAsync(ApiRequest request, JsonObject applied)
    {
        applied = (JsonObject)applied.DeepClone();
        ObjectIdentity.Complete(request, applied);
        if (applied["metadata"]?["managedFields"] is not null) throw Failure.BadRequest("metadata.managedFields must be nil");
        var before = objects.Find(request.Key);
        if (before is null && ObjectIdentity.Meta(applied, "resourceVersion").Length > 0) throw Failure.NotFound(request.Kind, request.Path.Name);

        var live = before is null ? null : ServedObject.Of(before, request.ApiVersion);
        var apply = new ServerSideApply(
            request.Query("fieldManager"), request.Flag("force"), request.ApiVersion, ObjectWriter.Time(objects.Options.Time.GetUtcNow()));
        var node = apply.Apply(live, applied, out var conflicts);
        if (!conflicts.IsEmpty) throw Failure.ApplyConflict(conflicts);

        if (before is null) return (201, await objects.PutAsync(request, Admission.Admit(request, node), ""));
        if (ObjectIdentity.Meta(node, "resourceVersion") != before.Meta.ResourceVersion) throw Failure.Modified(request.Kind, request.Path.Name);
        return (200, await objects.PutAsync(request, Admission.Admit(request, node), before.Meta.ResourceVersion));
    }
}
