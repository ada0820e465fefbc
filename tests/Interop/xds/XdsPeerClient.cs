using System.Text.Json;
using System.Text.Json.Nodes;
using Envoy.Service.Status.V3;
using Meltemi.Interop.Tests.Support;
using Meltemi.Xds.Grpc;
using Meltemi.Xds.Grpc.Client;

namespace Meltemi.Interop.Tests.Xds;

/// <summary>gRPC's own xDS client in another language, as a process that makes calls.</summary>
internal sealed class XdsPeerClient(PeerProcess process) : IAsyncDisposable
{
    private readonly SemaphoreSlim _one = new(1);

    public static TheoryData<string> Languages { get; } = ["python", "node"];

    public static async Task<XdsPeerClient> StartAsync(string language, int controlPlanePort)
    {
        await Peers.InstalledAsync();
        string[] program = language == "python" ? [Tools.Python, Peers.PathOf("xds/python/client.py")] : ["node", Peers.PathOf("xds/node/client.js")];
        return new(PeerProcess.Start(program, Environment(language, controlPlanePort)));
    }

    /// <summary>Tells a program where the control plane is, and who it is itself.</summary>
    public static Dictionary<string, string> Environment(string name, int controlPlanePort)
    {
        var bootstrap = new JsonObject
        {
            ["xds_servers"] = new JsonArray(new JsonObject
            {
                ["server_uri"] = $"127.0.0.1:{controlPlanePort}",
                ["channel_creds"] = new JsonArray(new JsonObject { ["type"] = "insecure" }),
                ["server_features"] = new JsonArray("xds_v3"),
            }),
            ["server_listener_resource_name_template"] = "xds.istio.io/grpc/lds/inbound/%s",
            ["node"] = new JsonObject
            {
                ["id"] = $"sidecar~127.0.0.1~{name}.default~default.svc.cluster.local",
                ["cluster"] = "interop",
                ["locality"] = new JsonObject { ["region"] = "here", ["zone"] = "there" },
                ["metadata"] = new JsonObject { ["GENERATOR"] = "grpc" },
            },
        };
        return new() { ["GRPC_XDS_BOOTSTRAP_CONFIG"] = bootstrap.ToJsonString() };
    }

    /// <summary>Makes calls one after the other; answers who took how many, and what failed.</summary>
    public async Task<XdsCalls> CallAsync(string target, int count = 1, string? user = null, double timeoutSeconds = 60)
    {
        var call = new JsonObject { ["target"] = $"xds:///{target}", ["count"] = count, ["timeout"] = timeoutSeconds };
        if (user is not null) call["metadata"] = new JsonObject { ["user"] = user };
        return JsonSerializer.Deserialize<XdsCalls>(await AskAsync(call), JsonSerializerOptions.Web)!;
    }

    /// <summary>Calls until the answers are as expected.</summary>
    public async Task<XdsCalls> UntilAsync(string target, Func<XdsCalls, bool> state, int count = 1)
    {
        var end = DateTime.UtcNow + Safety.Limit;
        while (true)
        {
            var calls = await CallAsync(target, count, timeoutSeconds: 10);
            if (state(calls)) return calls;
            Assert.True(DateTime.UtcNow < end, $"the state did not come; last: {calls}; {process.Seen}");
            await Task.Delay(20);
        }
    }

    /// <summary>What the client itself says that it holds (CSDS).</summary>
    public async Task<ClientStatusResponse> StatusAsync()
    {
        var answer = JsonNode.Parse(await AskAsync(new JsonObject { ["dump"] = true }))!;
        if ((string?)answer["csds"] is { } bytes) return new() { Config = { ClientConfig.Parser.ParseFrom(Convert.FromBase64String(bytes)) } };
        using var channel = new GrpcChannel(new Uri($"http://127.0.0.1:{(int)answer["admin"]!}"));
        var method = new GrpcMethod<ClientStatusRequest, ClientStatusResponse>(
            "envoy.service.status.v3.ClientStatusDiscoveryService", "FetchClientStatus", ClientStatusRequest.Parser, ClientStatusResponse.Parser);
        return await channel.UnaryAsync(method, new());
    }

    public async ValueTask DisposeAsync()
    {
        process.EndInput();
        Assert.True(await process.ExitAsync() == 0, process.Seen);
        await process.DisposeAsync();
    }

    private async Task<string> AskAsync(JsonObject question)
    {
        await _one.WaitAsync();
        try
        {
            await process.WriteAsync(question.ToJsonString());
            return await process.ReadAsync() ?? throw new InvalidOperationException($"the client ended: {process.Seen}");
        }
        finally
        {
            _one.Release();
        }
    }
}

/// <summary>What became of calls: answers by server, failures by code, the text of one.</summary>
internal sealed record XdsCalls(Dictionary<string, int> Who, Dictionary<string, int> Codes, string Error)
{
    /// <summary>All were answered by one server.</summary>
    public bool AllBy(string server) => Codes.Count == 0 && Who.Count == 1 && Who.ContainsKey(server);

    public override string ToString() => $"{string.Join(", ", Who.Select(one => $"{one.Key}: {one.Value}"))}; {string.Join(", ", Codes.Select(one => $"code {one.Key}: {one.Value}"))} {Error}";
}
