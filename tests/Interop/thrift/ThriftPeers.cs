using Meltemi.Interop.Tests.Support;

namespace Meltemi.Interop.Tests.Thrift;

/// <summary>The programs of this folder.</summary>
internal static class ThriftPeers
{
    public const string Python = "python";
    public const string Node = "node";

    private static readonly Dictionary<string, string> Environment = new() { ["NODE_PATH"] = Peers.PathOf("thrift/node/node_modules") };

    public static string[] Languages { get; } = [Python, Node];

    /// <summary>All that both libraries can speak, and what only python's can.</summary>
    public static IEnumerable<ThriftDialect> DialectsOf(string language)
    {
        foreach (var transport in (string[])["framed", "buffered", "header"])
        {
            foreach (var protocol in (string[])["binary", "compact"])
            {
                yield return new(transport, protocol, false);
                yield return new(transport, protocol, true);
            }
        }

        if (language != Python) yield break;
        yield return new("framed", "binary-old", false);
        yield return new("buffered", "binary-old", false);
    }

    public static async Task<PeerProcess> ServeAsync(string language, ThriftDialect dialect, int port = 0, params string[] arguments)
    {
        await ReadyAsync();
        return await PeerProcess.ServeAsync([.. Program(language, "server"), .. dialect.Arguments, "--port", $"{port}", .. arguments], Environment);
    }

    /// <summary>A client whose own time limit lies beyond that of the tests.</summary>
    public static async Task<ThriftClient> ConnectAsync(string language, int port, ThriftDialect dialect, params string[] arguments) =>
        new(await StartAsync(language, port, dialect, arguments));

    /// <summary>The program of such a client.</summary>
    public static async Task<PeerProcess> StartAsync(string language, int port, ThriftDialect dialect, params string[] arguments)
    {
        await ReadyAsync();
        string[] rest = ["--port", $"{port}", "--timeout", $"{(int)(2 * Safety.Limit).TotalMilliseconds}", .. arguments];
        return PeerProcess.Start([.. Program(language, "client"), .. dialect.Arguments, .. rest], Environment);
    }

    private static string[] Program(string language, string name) => language == Python
        ? [Tools.Python, Peers.PathOf($"thrift/python/{name}.py"), Peers.Generated]
        : ["node", "--no-deprecation", Peers.PathOf($"thrift/node/{name}.js"), Peers.Generated];

    private static async Task ReadyAsync()
    {
        await Peers.InstalledAsync();
        await Peers.GeneratedAsync();
    }
}

/// <summary>Transport, protocol and whether calls name their service.</summary>
public sealed record ThriftDialect(string Transport, string Protocol, bool Multiplexed)
{
    internal string[] Arguments =>
        ["--transport", Transport, "--protocol", Protocol, .. Multiplexed ? (string[])["--multiplexed"] : []];
}
