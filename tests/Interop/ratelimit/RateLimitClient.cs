using System.Text.Json.Nodes;
using Meltemi.Interop.Tests.Support;

namespace Meltemi.Interop.Tests.RateLimit;

/// <summary>node's client of a rate limit service, with Envoy's own protos.</summary>
internal sealed class RateLimitClient(PeerProcess process) : IAsyncDisposable
{
    public static async Task<RateLimitClient> ConnectAsync(int port)
    {
        await Peers.InstalledAsync();
        return new(PeerProcess.Start(["node", Peers.PathOf("ratelimit/node/client.js"), $"{port}"]));
    }

    /// <summary>Asks about one descriptor such as <c>user=ann</c>.</summary>
    public async Task<JsonNode> AskAsync(string descriptor, int hits = 1)
    {
        var entries = descriptor.Split(',').Select(entry => entry.Split('=')).Select(JsonNode (parts) => new JsonObject { ["key"] = parts[0], ["value"] = parts[1] });
        var request = new JsonObject
        {
            ["domain"] = "shop",
            ["descriptors"] = new JsonArray(new JsonObject { ["entries"] = new JsonArray([.. entries]) }),
            ["hitsAddend"] = hits,
        };
        await process.WriteAsync(request.ToJsonString());
        return JsonNode.Parse(await process.ReadAsync() ?? throw new InvalidOperationException($"the client ended: {process.Seen}"))!;
    }

    /// <summary>The verdict: OK, OVER_LIMIT, or the number of a gRPC status.</summary>
    public async Task<string> VerdictAsync(string descriptor)
    {
        var answer = await AskAsync(descriptor);
        return (string?)answer["overallCode"] ?? $"{answer["code"]}";
    }

    public async ValueTask DisposeAsync()
    {
        process.EndInput();
        Assert.True(await process.ExitAsync() == 0, process.Seen);
        await process.DisposeAsync();
    }
}
