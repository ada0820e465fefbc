using System.Text.Json;
using System.Text.Json.Nodes;
using Meltemi.ControlPlane.Api.Errors;
using Meltemi.ControlPlane.Api.Objects;
using Meltemi.ControlPlane.Api.Patching.Apply;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Api.Writing;

/// <summary>Replaces an object, or its status.</summary>
internal sealed class UpdateVerb(ObjectStore objects)
{
    public async Task RunAsync(ApiRequest request)
    {
        var node = await objects.ReadObjectAsync(request);
        ObjectIdentity.Complete(request, node);
        var version = ObjectIdentity.Meta(node, "resourceVersion");
        await request.Answer(200, await StoreAsync(objects, request, objects.Get(request), node, version.Length > 0 ? version : null));
    }

    /// <summary>Stores what an object became. Its uid, if it has one, must still be the same.</summary>
    /// <param name="objects">Where to.</param>
    /// <param name="request">Who asks.</param>
    /// <param name="before">What was there.</param>
    /// <param name="node">What it became.</param>
    /// <param name="expectedVersion">What must still be there; null: whatever.</param>
    public static async Task<Resource> StoreAsync(ObjectStore objects, ApiRequest request, Resource before, JsonObject node, string? expectedVersion)
    {
        var name = request.Path.Name;
        if (expectedVersion is not null && expectedVersion != before.Meta.ResourceVersion) throw Failure.Modified(request.Kind, name);
        if (ObjectIdentity.Meta(node, "uid") is { Length: > 0 } uid && uid != before.Meta.Uid)
            throw Failure.Conflict(request.Kind, name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {before.Meta.Uid}");

        var live = ServedObject.Of(before, request.ApiVersion);
        if (request.Path.Subresource == "status")
        {
            if (!request.Kind.Flat) return await objects.PutStatusAsync(request, before, Status(request, node));
            live["status"] = node["status"]?.DeepClone();
            node = live;
        }
        else
        {
            // A flat kind's own status, which says where a Pod is, is a part of the object, and stays if the client says nothing about it.
            if (request.Kind.Flat && node["status"] is null && live["status"] is { } status) node["status"] = status.DeepClone();
            ManagedFields.AfterUpdate(live, node, Manager(request), request.ApiVersion, ObjectWriter.Time(objects.Options.Time.GetUtcNow()));
        }

        return await objects.PutAsync(request, Admission.Admit(request, node), expectedVersion);
    }

    // Who the client says it is; else the name of its program.
    private static string Manager(ApiRequest request)
    {
        if (request.Query("fieldManager") is { Length: > 0 } named) return named;
        var program = request.Http.Request.Headers.UserAgent.ToString().Split('/')[0].Trim();
        return program.Length > 0 ? program : "unknown";
    }

    private static ResourceStatus Status(ApiRequest request, JsonObject node)
    {
        try
        {
            return StatusReader.Read(JsonSerializer.SerializeToElement(node["status"] ?? new JsonObject()));
        }
        catch (FormatException e)
        {
            var colon = e.Message.IndexOf(": ", StringComparison.Ordinal);
            throw Failure.Invalid(request.Kind, request.Path.Name, e.Message[..colon], e.Message[(colon + 2)..]);
        }
    }
}
