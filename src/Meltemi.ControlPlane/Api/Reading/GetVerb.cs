using Meltemi.ControlPlane.Api.Errors;
using Meltemi.ControlPlane.Stores;

namespace Meltemi.ControlPlane.Api.Reading;

/// <summary>Shows one object.</summary>
internal sealed class GetVerb(IResourceStore store)
{
    public Task RunAsync(ApiRequest request)
    {
        var state = store.Current;
        if (request.Number("resourceVersion") is { } asked && asked > state.Revision) throw Failure.VersionAhead(asked, state.Revision);
        var found = KindObjects.Find(state, request.Key) ?? throw Failure.NotFound(request.Kind, request.Path.Name);
        return request.Answer(200, found);
    }
}
