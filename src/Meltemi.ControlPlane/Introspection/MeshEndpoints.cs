using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Meltemi.ControlPlane.Push;
using Meltemi.Xds.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Meltemi.ControlPlane.Introspection;

/// <summary>
/// What the controller says about the mesh itself, beside the resources, for the command line and the console:
/// <code>
/// GET /meltemi/v1/proxies                   who is connected, and what each has and refuses
/// GET /meltemi/v1/proxies/{id}/{type}       listeners, routes, clusters or endpoints of one, or the bootstrap that it was started with
/// GET /meltemi/v1/analysis                  everything that is wrong or surely not meant
/// GET /meltemi/v1/events                    what happens from now on, a JSON object per line, without end
/// </code>
/// </summary>
public sealed class MeshEndpoints(PushServer push, EventLog events, Func<IEnumerable<Stores.SourceProblem>> sources)
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithTypeRegistry(KnownTypes.Registry));

    /// <summary>Adds them.</summary>
    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/meltemi/v1/proxies", ListAsync);
        endpoints.MapGet("/meltemi/v1/proxies/{id}/{type}", ShowAsync);
        endpoints.MapGet("/meltemi/v1/analysis", AnalyseAsync);
        endpoints.MapGet("/meltemi/v1/events", StreamAsync);
    }

    private Task ListAsync(HttpContext http) => WriteAsync(http, Items(push.Proxies.OrderBy(proxy => proxy.Node.Id, StringComparer.Ordinal).Select(Describe)));

    private Task ShowAsync(HttpContext http)
    {
        var (id, name) = ((string)http.Request.RouteValues["id"]!, (string)http.Request.RouteValues["type"]!);
        var proxy = push.FindProxies(id).LastOrDefault();
        if (proxy is null) return RefuseAsync(http, 404, $"no proxy '{id}' is connected");
        if (name == "bootstrap") return WriteAsync(http, Items([Entry(id, "", Bootstrap(proxy))]));
        if (TypeNames.Parse(name) is not { } type) return RefuseAsync(http, 404, $"'{name}' is none of listeners, routes, clusters, endpoints, bootstrap");
        var resources = proxy.Current.All(type).OrderBy(resource => resource.Name, StringComparer.Ordinal);
        return WriteAsync(http, Items(resources.Select(resource => Entry(resource.Name, resource.Version, Message(resource)))));
    }

    private Task AnalyseAsync(HttpContext http)
    {
        var found = push.Diagnostics.All
            .Select(problem => (Error: problem.IsError, Subject: $"{problem.Resource}", problem.Path, problem.Text))
            .Concat(sources().Select(problem => (Error: true, Subject: problem.Source, Path: "", Text: problem.Message)))
            .OrderByDescending(problem => problem.Error).ThenBy(problem => problem.Subject, StringComparer.Ordinal);
        return WriteAsync(http, Items(found.Select(problem => new JsonObject
        {
            ["level"] = problem.Error ? "error" : "warning",
            ["subject"] = problem.Subject,
            ["path"] = problem.Path,
            ["message"] = problem.Text,
        })));
    }

    private async Task StreamAsync(HttpContext http)
    {
        http.Response.ContentType = "application/json";
        await http.Response.StartAsync(http.RequestAborted).ConfigureAwait(false);
        try
        {
            await foreach (var item in events.ListenAsync(http.RequestAborted).ConfigureAwait(false))
            {
                var line = new JsonObject { ["time"] = Time(item.Time), ["subject"] = item.Subject, ["what"] = item.What, ["message"] = item.Message };
                await http.Response.WriteAsync($"{line.ToJsonString()}\n", http.RequestAborted).ConfigureAwait(false);
                await http.Response.Body.FlushAsync(http.RequestAborted).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The listener left.
        }
    }

    private static JsonObject Describe(ConnectedProxy proxy) => new()
    {
        ["id"] = proxy.Node.Id,
        ["namespace"] = proxy.Node.Namespace,
        ["address"] = proxy.Node.Address,
        ["connected"] = Time(proxy.Since),
        ["stream"] = proxy.Node.IsGrpc ? "grpc" : proxy.Node.Type.ToString().ToLowerInvariant(),
        ["types"] = new JsonArray([.. XdsTypes.InOrder.Select(type => (JsonNode)Describe(proxy, type))]),
    };

    private static JsonObject Describe(ConnectedProxy proxy, string type)
    {
        var resources = proxy.Current.All(type);
        var said = proxy.States.GetValueOrDefault(type) ?? TypeState.Unknown;
        var behind = resources.Count(resource => !said.Held.TryGetValue(resource.Name, out var version) || version != resource.Version);
        var asked = said.AcceptedAt is not null || said.RefusedAt is not null;
        var state = said.Refusal is not null ? "Refused" : proxy.Node.IsGrpc || (behind == 0 && asked) ? "Synced" : asked || resources.Count > 0 ? "Behind" : "NotAsked";
        return new JsonObject
        {
            ["name"] = TypeNames.Short(type),
            ["state"] = state,
            ["resources"] = resources.Count,
            ["behind"] = behind,
            ["since"] = Time(said.Refusal is not null ? said.RefusedAt!.Value : said.AcceptedAt ?? proxy.Since),
            ["reason"] = said.Refusal ?? "",
        };
    }

    // What it told; a client that is not ours tells nothing but who it is.
    private static JsonObject Bootstrap(ConnectedProxy proxy)
    {
        try
        {
            if (proxy.Node.Bootstrap.Length > 0 && JsonNode.Parse(proxy.Node.Bootstrap) is JsonObject told) return told;
        }
        catch (JsonException)
        {
            // Not ours.
        }

        return new JsonObject
        {
            ["node"] = new JsonObject
            {
                ["id"] = proxy.Node.Id,
                ["namespace"] = proxy.Node.Namespace,
                ["locality"] = $"{proxy.Node.Locality}",
                ["labels"] = $"{proxy.Node.Labels}",
                ["interception"] = $"{proxy.Node.Interception}",
            },
        };
    }

    private static JsonObject Message(XdsResource resource) =>
        JsonNode.Parse(Formatter.Format(KnownTypes.Parse(resource.Type, resource.Body)))!.AsObject();

    private static JsonObject Entry(string name, string version, JsonNode resource) => new() { ["name"] = name, ["version"] = version, ["resource"] = resource };

    private static JsonObject Items(IEnumerable<JsonObject> items) => new() { ["items"] = new JsonArray([.. items]) };

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static Task WriteAsync(HttpContext http, JsonObject answer)
    {
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(answer.ToJsonString(), http.RequestAborted);
    }

    private static Task RefuseAsync(HttpContext http, int status, string message)
    {
        http.Response.StatusCode = status;
        return WriteAsync(http, new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["status"] = "Failure", ["code"] = status, ["message"] = message });
    }
}
