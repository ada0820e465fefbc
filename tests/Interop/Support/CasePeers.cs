using System.Text.Json;

namespace Meltemi.Interop.Tests.Support;

/// <summary>
/// The node programs of one folder, which all speak alike: servers say <c>ready PORT</c>, clients run the cases that they are given and print
/// a line of JSON for each.
/// </summary>
internal sealed class CasePeers(string folder)
{
    private readonly Lazy<Dictionary<string, string[]>> _skips = new(() =>
        JsonSerializer.Deserialize<Dictionary<string, string[]>>(File.ReadAllText(Peers.PathOf($"{folder}/skips.json")))!);

    /// <summary>What these peers can do with each other, without a proxy or with one: all cases but those of skips.json.</summary>
    public string[] CasesOf(IEnumerable<string> all, params string[] peers)
    {
        var keys = peers.Append(string.Join(' ', peers));
        return [.. all.Except(keys.SelectMany(key => _skips.Value.GetValueOrDefault(key, [])))];
    }

    public async Task<PeerProcess> ServeAsync(string server, string name = "server", int port = 0, params string[] arguments)
    {
        await Peers.InstalledAsync();
        return await PeerProcess.ServeAsync(["node", Peers.PathOf($"{folder}/{server}"), "--name", name, "--port", $"{port}", .. arguments]);
    }

    /// <summary>A running client.</summary>
    /// <remarks>Its own time limit lies beyond that of the tests: whatever ends a call, it was not that.</remarks>
    public async Task<PeerProcess> StartAsync(string client, int port, params string[] arguments)
    {
        await Peers.InstalledAsync();
        var limit = (int)(2 * Safety.Limit).TotalMilliseconds;
        return PeerProcess.Start(["node", Peers.PathOf($"{folder}/{client}"), "127.0.0.1", $"{port}", "--timeout", $"{limit}", .. arguments]);
    }

    /// <summary>Runs a client to its end.</summary>
    public async Task<CaseRun> CallAsync(string client, int port, params string[] arguments)
    {
        await using var process = await StartAsync(client, port, arguments);
        return await EndAsync(process);
    }

    /// <summary>What a client says until it ends.</summary>
    public static async Task<CaseRun> EndAsync(PeerProcess client)
    {
        var results = new List<CaseResult>();
        while (await client.ReadAsync() is { } line) results.Add(JsonSerializer.Deserialize<CaseResult>(line, JsonSerializerOptions.Web)!);
        return new(await client.ExitAsync(), results, client.Seen);
    }
}

/// <summary>What became of a client: its exit code is the number of surprises, or whatever an exception makes it.</summary>
internal sealed record CaseRun(int ExitCode, IReadOnlyList<CaseResult> Results, string Seen)
{
    public CaseResult this[string name] =>
        Results.SingleOrDefault(result => result.Case == name) ?? throw new InvalidOperationException($"no result for {name}: {Seen}");
}

/// <summary>A line of a client.</summary>
/// <param name="Case">Which case.</param>
/// <param name="Ok">The call had a result.</param>
/// <param name="Value">The result.</param>
/// <param name="Error">Else the text of the error that the library raised.</param>
/// <param name="Expected">It is as it would be without a proxy.</param>
internal sealed record CaseResult(string Case, bool Ok, JsonElement Value, string? Error, bool Expected);
