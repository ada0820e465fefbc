using System.Text.Json.Nodes;
using Meltemi.ControlPlane.Api.Errors;
using Meltemi.ControlPlane.Api.Objects;
using Meltemi.ControlPlane.Api.Reading;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Api.Writing;

/// <summary>Deletes an object, or all that are selected. An object is gone at once; finalizers do not hold it back.</summary>
internal sealed class DeleteVerb(ObjectStore objects)
{
    /// <summary>How often a deletion that insists on a uid only is tried again because somebody else was quicker.</summary>
    private const int MaxTries = 8;

    public async Task RunAsync(ApiRequest request)
    {
        (request, var uid, var version) = await PreconditionsAsync(request);
        var deleted = await DeleteAsync(request, objects.Get(request), uid, version);
        await ApiErrors.AnswerAsync(request.Http, new(200, "", "")
        {
            Kind = request.Kind.Plural,
            Group = request.Kind.Group,
            Name = deleted.Key.Name,
            Uid = deleted.Meta.Uid,
        });
    }

    /// <summary>Deletes all that are selected and answers them as a list. What somebody else deletes at the same time is no error.</summary>
    public async Task RunAllAsync(ApiRequest request)
    {
        (request, _, _) = await PreconditionsAsync(request);
        var deleted = new List<Resource>();
        foreach (var resource in objects.Select(ObjectFilter.Of(request)))
        {
            try
            {
                deleted.Add(await DeleteAsync(request, resource, "", ""));
            }
            catch (ApiException e) when (e.Status.Code == 404)
            {
            }
        }

        await ListWriter.WriteAsync(request.Http, new WholeObjects(request.Kind, request.ApiVersion), new(objects.Revision, "", null), deleted);
    }

    private async Task<Resource> DeleteAsync(ApiRequest request, Resource resource, string uid, string version)
    {
        var name = resource.Key.Name;
        if (Namespaces.IsKind(request.Kind)) CheckNamespace(request, name);
        if (version.Length > 0) return await objects.DeleteAsync(request, Expect(request, resource, uid).Key, version);
        if (uid.Length == 0) return await objects.DeleteAsync(request, resource.Key, null);

        // A uid must not change between the look and the deletion, so the version must not either.
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await objects.DeleteAsync(request, Expect(request, resource, uid).Key, resource.Meta.ResourceVersion);
            }
            catch (ApiException e) when (e.Status.Reason == "Conflict" && tries < MaxTries)
            {
                resource = objects.Get(request);
            }
        }
    }

    private static Resource Expect(ApiRequest request, Resource resource, string uid) => uid.Length == 0 || uid == resource.Meta.Uid
        ? resource
        : throw Failure.Conflict(request.Kind, resource.Key.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {resource.Meta.Uid}");

    // Kubernetes would delete everything in it. Here nobody loses a mesh by a slip.
    private void CheckNamespace(ApiRequest request, string name)
    {
        if (name == Namespaces.Default) throw Failure.Forbidden(request.Kind, name, "this namespace may not be deleted");
        if (objects.CountIn(name) is > 0 and var count)
            throw Failure.Conflict(request.Kind, name, $"{count} object{(count == 1 ? " lives" : "s live")} in it; it goes with the last one");
    }

    // The body, which may be missing, is a DeleteOptions.
    private async Task<(ApiRequest Request, string Uid, string Version)> PreconditionsAsync(ApiRequest request)
    {
        var body = await RequestBody.ReadAsync(request.Http, objects.Options.MaxBodyBytes);
        if (body.IsEmpty) return (request, "", "");
        var options = ObjectText.Read(body, RequestBody.MediaType(request.Http));
        if (options["dryRun"] is JsonArray { Count: > 0 }) request = request with { DryRun = true };
        return options["preconditions"] is JsonObject conditions
            ? (request, ObjectIdentity.Text(conditions, "uid") ?? "", ObjectIdentity.Text(conditions, "resourceVersion") ?? "")
            : (request, "", "");
    }
}
