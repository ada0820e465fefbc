using System.Text.Json;
using System.Text.Json.Nodes;
using Meltemi.Interop.Tests.Support;

namespace Meltemi.Interop.Tests.Grpc;

/// <summary>The programs of this folder.</summary>
internal static class GrpcPeers
{
    public static TheoryData<string> Languages { get; } = ["python", "node"];

    /// <summary>A server of the Echo service.</summary>
    public static async Task<PeerProcess> ServeAsync(string language, params string[] arguments)
    {
        await Peers.InstalledAsync();
        return await PeerProcess.ServeAsync([.. Program(language, "server"), .. arguments]);
    }

    /// <summary>A client of it.</summary>
    public static async Task<GrpcPeerClient> ConnectAsync(string language, int port)
    {
        await Peers.InstalledAsync();
        return new(PeerProcess.Start([.. Program(language, "client"), $"{port}"]));
    }

    private static string[] Program(string language, string name) => language == "python"
        ? [Tools.Python, Peers.PathOf($"grpc/python/{name}.py")]
        : ["node", Peers.PathOf($"grpc/node/{name}.js")];
}

/// <summary>A client of others: calls go in, answers come out, one after the other.</summary>
internal sealed class GrpcPeerClient(PeerProcess process) : IAsyncDisposable
{
    /// <summary>Makes a call such as <c>{"call": "Say", "send": ["a"]}</c> (see client.py).</summary>
    public async Task<GrpcPeerAnswer> CallAsync(JsonObject call)
    {
        await process.WriteAsync(call.ToJsonString());
        var line = await process.ReadAsync() ?? throw new InvalidOperationException($"the client ended: {process.Seen}");
        return JsonSerializer.Deserialize<GrpcPeerAnswer>(line, JsonSerializerOptions.Web)!;
    }

    public async ValueTask DisposeAsync()
    {
        process.EndInput();
        Assert.True(await process.ExitAsync() == 0, process.Seen);
        await process.DisposeAsync();
    }
}

/// <summary>What a client of others made of a call.</summary>
internal sealed record GrpcPeerAnswer(string[] Answers, int Code, string Message, JsonObject Headers, JsonObject Trailers);
