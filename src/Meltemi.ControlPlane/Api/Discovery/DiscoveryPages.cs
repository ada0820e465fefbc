using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Meltemi.ControlPlane.Api.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Meltemi.ControlPlane.Api.Discovery;

/// <summary>What is served, for clients that find it out by themselves: each page is made when it is first asked for.</summary>
internal sealed class DiscoveryPages(KindCatalog catalog)
{
    private readonly OpenApiPages _openApi = new(catalog);
    private readonly ConcurrentDictionary<string, StaticDocument> _made = [];

    /// <summary>The page of a request; null: there is none at this path.</summary>
    public StaticDocument? Find(HttpContext http)
    {
        var parts = http.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts switch
        {
            [] => Page("/", () => Paths()),
            ["version"] => Page("/version", Version),
            ["openapi", ..] => _openApi.Find(parts, http),
            ["api"] => Aggregated(http, ["api"], core: true) ?? Page("/api", () => ResourceLists.CoreVersions(http.Request.Host.Value ?? "")),
            ["apis"] => Aggregated(http, ["apis"], core: false) ?? Page("/apis", () => ResourceLists.Groups(catalog)),
            ["apis", var group] => Group(group) is { } found ? Page($"/apis/{group}", () => ResourceLists.Group(found)) : null,
            ["api", var version] => Resources("", version),
            ["apis", var group, var version] => Resources(group, version),
            _ => null,
        };
    }

    private StaticDocument? Resources(string group, string version) => Group(group) is { } found && found.Versions.Contains(version)
        ? Page($"/apis/{group}/{version}", () => ResourceLists.Resources(found, version))
        : null;

    private ApiGroup? Group(string name) => catalog.Groups.FirstOrDefault(group => group.Name == name);

    // In the first version of the list that is served; null: the client wants the old form.
    private StaticDocument? Aggregated(HttpContext http, string[] parts, bool core)
    {
        foreach (var item in http.Request.Headers.Accept.ToString().Split(','))
        {
            if (!MediaTypeHeaderValue.TryParse(item, out var type)) continue;
            if (Parameter(type, "as") != "APIGroupDiscoveryList" || Parameter(type, "g") != "apidiscovery.k8s.io") continue;
            var version = Parameter(type, "v");
            if (!AggregatedDiscovery.Versions.Contains(version)) continue;
            return Page(
                $"/{parts[0]}?{version}",
                () => AggregatedDiscovery.Write(catalog.Groups.Where(group => group.Name.Length == 0 == core), version),
                AggregatedDiscovery.ContentType(version));
        }

        return null;
    }

    private StaticDocument Page(string key, Func<JsonNode> write, string contentType = "application/json") =>
        _made.GetOrAdd(key, _ => new(write(), contentType));

    private static string Parameter(MediaTypeHeaderValue type, string name) =>
        type.Parameters.FirstOrDefault(parameter => parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Value.Value ?? "";

    private JsonObject Paths() => new()
    {
        ["paths"] = ResourceLists.Texts(
        [
            "/api", "/apis", .. catalog.Groups.SelectMany(group => group.Versions.Select(group.Path)),
            "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version",
        ]),
    };

    // Kubernetes' version whose API this is like; kubectl compares it with its own. What it is really stands in gitVersion.
    private static JsonNode Version()
    {
        var program = typeof(DiscoveryPages).Assembly.GetName().Version!;
        return new JsonObject
        {
            ["major"] = "1",
            ["minor"] = "32",
            ["gitVersion"] = $"v1.32.0+meltemi-{program.ToString(3)}",
            ["gitCommit"] = "",
            ["gitTreeState"] = "",
            ["buildDate"] = "",
            ["goVersion"] = "",
            ["compiler"] = RuntimeInformation.FrameworkDescription,
            ["platform"] = RuntimeInformation.RuntimeIdentifier,
        };
    }
}
