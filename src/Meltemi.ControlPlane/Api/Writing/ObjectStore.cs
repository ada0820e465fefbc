using System.Text.Json.Nodes;
using Meltemi.ControlPlane.Api.Errors;
using Meltemi.ControlPlane.Api.Reading;
using Meltemi.ControlPlane.Stores;
using Meltemi.ControlPlane.Stores.Table;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Api.Writing;

/// <summary>The store as the writing verbs use it: dry runs store nothing, and what the store refuses becomes an answer.</summary>
internal sealed class ObjectStore(IResourceStore store, ApiOptions options)
{
    public ApiOptions Options { get; } = options;

    /// <summary>The revision of what is there.</summary>
    public long Revision => store.Current.Revision;

    /// <summary>What is there.</summary>
    public Resource? Find(ResourceKey key) => KindObjects.Find(store.Current, key);

    public Resource Get(ApiRequest request) => Find(request.Key) ?? throw Failure.NotFound(request.Kind, request.Path.Name);

    /// <summary>What is there now, of a kind that is selected.</summary>
    public Resource[] Select(ObjectFilter filter) => KindObjects.Select(store.Current, filter);

    /// <summary>The body of the request as an object.</summary>
    public async Task<JsonObject> ReadObjectAsync(ApiRequest request) =>
        ObjectText.Read(await RequestBody.ReadAsync(request.Http, Options.MaxBodyBytes), RequestBody.MediaType(request.Http));

    /// <summary>Stores it, or says what would be stored.</summary>
    public Task<Resource> PutAsync(ApiRequest request, Resource resource, string? expectedVersion) => Guard(request, resource.Key.Name, async () =>
    {
        if (!request.DryRun) return await store.PutAsync(resource, expectedVersion, request.Cancel);
        var (state, limits) = (store.Current, new StoreLimits());
        var before = state.Resources.GetValueOrDefault(resource.Key);
        WriteRules.CheckPut(resource, before, expectedVersion, state.Resources.Count, limits);
        return WriteRules.Next(resource, before, state.Revision, Options.Time.GetUtcNow());
    });

    /// <summary>Deletes it, or says what would be deleted.</summary>
    public Task<Resource> DeleteAsync(ApiRequest request, ResourceKey key, string? expectedVersion) => Guard(request, key.Name, async () =>
        request.DryRun
            ? WriteRules.CheckDelete(key, store.Current.Resources.GetValueOrDefault(key), expectedVersion)
            : await store.DeleteAsync(key, expectedVersion, request.Cancel));

    /// <summary>Stores a status and answers the object with it.</summary>
    public Task<Resource> PutStatusAsync(ApiRequest request, Resource resource, ResourceStatus status) => Guard(request, resource.Key.Name, async () =>
    {
        if (request.DryRun) return resource with { Status = status };
        await store.PutStatusAsync(resource.Key, resource.Meta.Uid, status, request.Cancel);
        return Find(resource.Key) ?? throw Failure.NotFound(request.Kind, request.Path.Name);
    });

    /// <summary>Everything that lives in a namespace.</summary>
    public int CountIn(string space) => store.Current.Resources.Keys.Count(key => key.Namespace == space);

    private static async Task<Resource> Guard(ApiRequest request, string name, Func<Task<Resource>> write)
    {
        try
        {
            return await write();
        }
        catch (StoreException e)
        {
            throw Failure.Of(e, request.Kind, name);
        }
    }
}
