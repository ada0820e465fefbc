using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Meltemi.ControlPlane.Api;
using Meltemi.ControlPlane.Api.Access;
using Meltemi.ControlPlane.Stores;

namespace Meltemi.ControlPlane.Tests.Api.Support;

/// <summary>The API over a store in memory, and a client that has its token. An error that it logs fails the test at its end.</summary>
internal sealed class ApiUnderTest : IAsyncDisposable
{
    public const string Routers = "/apis/metaprotocol.aeraki.io/v1alpha1/namespaces/default/metarouters";
    public const string Rules = "/apis/networking.istio.io/v1/namespaces/default/destinationrules";
    public const string Services = "/api/v1/namespaces/default/services";

    private readonly string _folder;

    private ApiUnderTest(string folder, IResourceStore store, ApiOptions options)
    {
        _folder = folder;
        Store = store;
        Server = new(store, options);
    }

    public IResourceStore Store { get; }

    public ApiServer Server { get; }

    public HttpClient Client { get; private set; } = null!;

    public CapturedApiLog Log { get; private init; } = null!;

    public static async Task<ApiUnderTest> StartAsync(Func<ApiOptions, ApiOptions>? change = null, IResourceStore? store = null)
    {
        var folder = Directory.CreateTempSubdirectory("meltemi-api-").FullName;
        var log = new CapturedApiLog();
        var options = new ApiOptions { StateDirectory = folder, Tls = new NoTls(), Log = log };
        var api = new ApiUnderTest(folder, store ?? new MemoryStore(), change?.Invoke(options) ?? options) { Log = log };
        await api.Server.StartAsync();
        api.Client = new() { BaseAddress = api.Server.Address, Timeout = TimeSpan.FromMinutes(2) };
        api.Client.DefaultRequestHeaders.Authorization = new("Bearer", api.Server.Token.Text);
        api.Client.DefaultRequestHeaders.Add("User-Agent", "tests/1.0");
        return api;
    }

    public Task<ApiAnswer> Get(string path, string? accept = null) => Send(HttpMethod.Get, path, null, accept: accept);

    public Task<ApiAnswer> Post(string path, string body, string type = "application/json") => Send(HttpMethod.Post, path, body, type);

    public Task<ApiAnswer> Put(string path, string body) => Send(HttpMethod.Put, path, body);

    public Task<ApiAnswer> Delete(string path, string? body = null) => Send(HttpMethod.Delete, path, body);

    public Task<ApiAnswer> Patch(string path, string body, string type = "application/merge-patch+json") => Send(HttpMethod.Patch, path, body, type);

    public Task<ApiAnswer> Apply(string path, string manager, string yaml) => Patch($"{path}{(path.Contains('?') ? '&' : '?')}fieldManager={manager}", yaml, "application/apply-patch+yaml");

    public async Task<ApiAnswer> Send(HttpMethod method, string path, string? body, string type = "application/json", string? accept = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }

        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var isJson = response.Content.Headers.ContentType?.MediaType == "application/json" && text.Length > 0;
        var warnings = response.Headers.TryGetValues("Warning", out var values) ? values.ToArray() : [];
        return new((int)response.StatusCode, isJson ? JsonNode.Parse(text)! : new JsonObject { ["text"] = text }, warnings)
        {
            ContentType = response.Content.Headers.ContentType?.ToString() ?? "",
        };
    }

    /// <summary>Watches; the events come one by one.</summary>
    public async Task<WatchUnderTest> Watch(string path, string? accept = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path + (path.Contains('?') ? "&" : "?") + "watch=true");
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}: {(response.IsSuccessStatusCode ? "" : await response.Content.ReadAsStringAsync())}");
        return new(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.StopAsync();
        Directory.Delete(_folder, recursive: true);
        Assert.Empty(Log.Errors);
    }
}

/// <summary>What was answered.</summary>
internal sealed record ApiAnswer(int Code, JsonNode Json, string[] Warnings)
{
    public string ContentType { get; init; } = "";

    public string Reason => Json["reason"]?.GetValue<string>() ?? "";

    public string Message => Json["message"]?.GetValue<string>() ?? "";

    public string Version => Json["metadata"]!["resourceVersion"]!.GetValue<string>();

    /// <summary>What is at a path such as <c>spec.hosts.0</c>, as compact JSON; texts without quotes; null if nothing is there.</summary>
    public string? At(string path)
    {
        JsonNode? node = Json;
        foreach (var step in path.Split('.')) node = node is JsonArray list ? list[int.Parse(step)] : node?[step];
        return node is JsonValue value && value.TryGetValue(out string? text) ? text : node?.ToJsonString();
    }

    public string[] ItemNames => [.. Json["items"]!.AsArray().Select(item => item!["metadata"]!["name"]!.GetValue<string>())];

    public ApiAnswer Expect(int code)
    {
        Assert.True(Code == code, $"expected {code}, got {Code}: {Json.ToJsonString()}");
        return this;
    }
}

/// <summary>An open watch.</summary>
internal sealed class WatchUnderTest(HttpResponseMessage response, StreamReader lines) : IDisposable
{
    /// <summary>The next event; null at the end.</summary>
    public async Task<JsonNode?> Next() => await lines.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2)) is { } line ? JsonNode.Parse(line) : null;

    /// <summary>Type and name of the next event; of a bookmark and an error the type only.</summary>
    public async Task<string> NextShort() => await Next() is { } seen
        ? $"{seen["type"]} {seen["object"]!["metadata"]?["name"]}".TrimEnd()
        : "end";

    public void Dispose()
    {
        lines.Dispose();
        response.Dispose();
    }
}
