using Meltemi.ControlPlane.Api.Discovery;
using Meltemi.ControlPlane.Api.Errors;
using Meltemi.ControlPlane.Api.Reading;
using Meltemi.ControlPlane.Api.Writing;
using Meltemi.ControlPlane.Stores;
using Microsoft.AspNetCore.Http;

namespace Meltemi.ControlPlane.Api;

/// <summary>Finds out what a request wants and who does it.</summary>
internal sealed class ApiHandler
{
    private readonly IResourceStore _store;
    private readonly KindCatalog _catalog;
    private readonly DiscoveryPages _discovery;
    private readonly GetVerb _get;
    private readonly ListVerb _list;
    private readonly WatchVerb _watch;
    private readonly CreateVerb _create;
    private readonly UpdateVerb _update;
    private readonly PatchVerb _patch;
    private readonly DeleteVerb _delete;

    public ApiHandler(IResourceStore store, ApiOptions options, CancellationToken stopping)
    {
        _store = store;
        _catalog = new(options.Kinds);
        _discovery = new(_catalog);
        _get = new(store);
        _list = new(store, new(options.MaxPagedLists));
        _watch = new(store, options, stopping);
        var writer = new ObjectStore(store, options);
        _create = new(writer);
        _update = new(writer);
        _patch = new(writer);
        _delete = new(writer);
    }

    public Task HandleAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        if (HealthPage.Serves(path)) return HealthPage.WriteAsync(http, _store);
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
            if (_discovery.Find(http) is { } document) return document.WriteAsync(http);

        if (RequestPath.Parse(path) is not { } parsed || _catalog.Find(parsed.Group, parsed.Version, parsed.Plural) is not { } kind)
            throw Failure.NoSuchPath(path);
        if (!kind.Namespaced && parsed.Namespace.Length > 0) throw Failure.NoSuchPath(path);
        if (kind.Namespaced && parsed.Name.Length > 0 && parsed.Namespace.Length == 0) throw Failure.NoSuchPath(path);
        if (!_store.Synced.IsCompletedSuccessfully)
            throw new ApiException(new(503, "ServiceUnavailable", "the resources are still being read; try again") { RetryAfterSeconds = 1 });
        return HandleAsync(new ApiRequest(http, kind, parsed));
    }

    private Task HandleAsync(ApiRequest request) => (request.Http.Request.Method, request.Path) switch
    {
        ("GET", { Name: "" }) => request.Flag("watch") ? _watch.RunAsync(request) : _list.RunAsync(request),
        ("POST", { Name: "" }) when !request.Kind.Namespaced || request.Path.Namespace.Length > 0 => _create.RunAsync(request),
        ("DELETE", { Name: "" }) when KindVerbs.Of(request.Kind).Contains("deletecollection") => _delete.RunAllAsync(request),
        ("GET", { Subresource: "" or "status" }) => request.Flag("watch")
            ? throw Failure.BadRequest("watch the collection with fieldSelector=metadata.name=NAME")
            : _get.RunAsync(request),
        ("PUT", { Name.Length: > 0, Subresource: "" or "status" }) => _update.RunAsync(request),
        ("PATCH", { Name.Length: > 0, Subresource: "" or "status" }) => _patch.RunAsync(request),
        ("DELETE", { Name.Length: > 0, Subresource: "" }) => _delete.RunAsync(request),
        (_, { Subresource: "" or "status" }) => throw Failure.MethodNotAllowed(request.Http.Request.Method, request.Http.Request.Path),
        _ => throw Failure.NoSuchPath(request.Http.Request.Path),
    };
}
