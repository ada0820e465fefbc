using System.Text.Json;
using Meltemi.Interop.Tests.Support;

namespace Meltemi.Interop.Tests.Dubbo;

/// <summary>The programs of this folder.</summary>
internal static class DubboPeers
{
    public const string Remoting = "client-remoting.js";
    public const string Apache = "client-apache.js";
    public const string Dubbo2 = "client-dubbo2.js";
    public const string SofaServer = "server-sofa.js";
    public const string ApacheServer = "server-apache.js";

    /// <summary>All that clients can be asked to do.</summary>
    private static readonly string[] Cases =
    [
        "hello", "unicode", "int", "negative", "double", "true", "list", "map", "object", "null", "exception", "slow", "large",
        "largeArgument", "many", "outOfOrder", "who", "attachments", "noSuchMethod", "heartbeat",
    ];

    private static readonly Dictionary<string, string[]> Skips =
        JsonSerializer.Deserialize<Dictionary<string, string[]>>(File.ReadAllText(Peers.PathOf("dubbo/skips.json")))!;

    public static string[] Clients { get; } = [Remoting, Apache, Dubbo2];

    public static string[] Servers { get; } = [SofaServer, ApacheServer];

    /// <summary>What these two can do with each other, without a proxy or with one.</summary>
    public static string[] CasesOf(string client, string server)
    {
        var skipped = new[] { client, server, $"{client} {server}" }.SelectMany(key => Skips.GetValueOrDefault(key, []));
        return [.. Cases.Except(skipped)];
    }

    public static async Task<PeerProcess> ServeAsync(string server, string name = "server", int port = 0)
    {
        await Peers.InstalledAsync();
        return await PeerProcess.ServeAsync(["node", Peers.PathOf($"dubbo/{server}"), "--name", name, "--port", $"{port}"]);
    }

    /// <summary>A running client.</summary>
    /// <remarks>Its own time limit lies beyond that of the tests: whatever ends a call, it was not that.</remarks>
    public static async Task<PeerProcess> StartAsync(string client, int port, params string[] arguments)
    {
        await Peers.InstalledAsync();
        var limit = (int)(2 * Safety.Limit).TotalMilliseconds;
        return PeerProcess.Start(["node", Peers.PathOf($"dubbo/{client}"), "127.0.0.1", $"{port}", "--timeout", $"{limit}", .. arguments]);
    }

    /// <summary>Runs a client to its end.</summary>
    public static async Task<DubboRun> CallAsync(string client, int port, params string[] arguments)
    {
        await using var process = await StartAsync(client, port, arguments);
        return await EndAsync(process);
    }

    /// <summary>What a client says until it ends.</summary>
    public static async Task<DubboRun> EndAsync(PeerProcess client)
    {
        var results = new List<DubboResult>();
        while (await client.ReadAsync() is { } line) results.Add(JsonSerializer.Deserialize<DubboResult>(line, JsonSerializerOptions.Web)!);
        return new(await client.ExitAsync(), results, client.Seen);
    }
}

/// <summary>What became of a client: its exit code is the number of surprises, or whatever an exception makes it.</summary>
internal sealed record DubboRun(int ExitCode, IReadOnlyList<DubboResult> Results, string Seen)
{
    public DubboResult this[string name] =>
        Results.SingleOrDefault(result => result.Case == name) ?? throw new InvalidOperationException($"no result for {name}: {Seen}");
}

/// <summary>A line of a client.</summary>
/// <param name="Case">Which case.</param>
/// <param name="Ok">The call had a result.</param>
/// <param name="Value">The result.</param>
/// <param name="Error">Else the text of the error that the library raised.</param>
/// <param name="Expected">It is as it would be without a proxy.</param>
internal sealed record DubboResult(string Case, bool Ok, JsonElement Value, string? Error, bool Expected);
