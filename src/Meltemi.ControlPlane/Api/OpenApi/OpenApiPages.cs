using System.Text.Json.Nodes;
using Meltemi.ControlPlane.Api.Discovery;
using Microsoft.AspNetCore.Http;

namespace Meltemi.ControlPlane.Api.OpenApi;

/// <summary><c>/openapi/v2</c> and <c>/openapi/v3</c>: made when they are first asked for, since only people at a keyboard need them.</summary>
internal sealed class OpenApiPages
{
    private readonly Lazy<StaticDocument> _v2, _v2Binary, _index;
    private readonly Dictionary<string, Lazy<StaticDocument>> _v3;

    public OpenApiPages(KindCatalog catalog)
    {
        var v2 = new Lazy<JsonObject>(() => OpenApiDocuments.V2(catalog));
        _v2 = new(() => new(v2.Value));
        _v2Binary = new(() => new(OpenApiV2Binary.Write(v2.Value), OpenApiV2Binary.ContentType));
        _v3 = catalog.Groups
            .SelectMany(group => group.Versions.Select(version => (group, version)))
            .ToDictionary(item => item.group.Path(item.version)[1..], item => new Lazy<StaticDocument>(() => new(OpenApiDocuments.V3(item.group, item.version))));
        _index = new(Index);
    }

    /// <summary>Null: there is no such page.</summary>
    public StaticDocument? Find(string[] parts, HttpContext http) => parts switch
    {
        ["openapi", "v2"] => WantsBinary(http) ? _v2Binary.Value : _v2.Value,
        ["openapi", "v3"] => _index.Value,
        ["openapi", "v3", .. var rest] => _v3.GetValueOrDefault(string.Join('/', rest))?.Value,
        _ => null,
    };

    private static bool WantsBinary(HttpContext http) =>
        http.Request.Headers.Accept.ToString().Contains("application/com.github.proto-openapi.spec.v2", StringComparison.Ordinal);

    // The hash lets clients keep a document for ever.
    private StaticDocument Index()
    {
        var paths = new JsonObject();
        foreach (var (path, document) in _v3)
            paths[path] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{path}?hash={document.Value.Hash}" };
        return new(new JsonObject { ["paths"] = paths });
    }
}
