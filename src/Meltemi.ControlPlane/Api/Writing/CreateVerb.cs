namespace Meltemi.ControlPlane.Api.Writing;

/// <summary>Creates an object.</summary>
internal sealed class CreateVerb(ObjectStore objects)
{
    public async Task RunAsync(ApiRequest request)
    {
        var node = await objects.ReadObjectAsync(request);
        ObjectIdentity.Complete(request, node);
        if (ObjectIdentity.Meta(node, "resourceVersion").Length > 0)
            throw Errors.Failure.BadRequest("resourceVersion should not be set on objects to be created");
        var resource = Admission.Admit(request, node);
        await request.Answer(201, await objects.PutAsync(request, resource, ""));
    }
}
