using Meltemi.Interop.Tests.Support;

namespace Meltemi.Interop.Tests.Bolt;

/// <summary>The programs of this folder.</summary>
internal static class BoltPeers
{
    public const string Client = "client-sofa.js";
    public const string Server = "server-sofa.js";

    private static readonly CasePeers Programs = new("bolt");

    /// <summary>All that clients can be asked to do.</summary>
    public static string[] Cases { get; } =
    [
        "hello", "unicode", "int", "negative", "double", "true", "list", "map", "object", "null", "exception", "slow", "large",
        "largeArgument", "many", "outOfOrder", "who", "attachments", "noSuchMethod", "heartbeat", "oneway",
    ];

    /// <summary>What clients can be told to write: protocol code and CRC.</summary>
    public static string[] Dialects { get; } = ["v1", "v2", "v2-crc"];

    public static string[] Codecs { get; } = ["hessian2", "protobuf"];

    public static Task<PeerProcess> ServeAsync(string name = "server", int port = 0) => Programs.ServeAsync(Server, name, port);

    public static Task<PeerProcess> StartAsync(int port, params string[] arguments) => Programs.StartAsync(Client, port, arguments);

    public static Task<CaseRun> CallAsync(int port, params string[] arguments) => Programs.CallAsync(Client, port, arguments);
}

/// <summary>Bolt servers by name.</summary>
public sealed class BoltServers : ServerPool<string>
{
    private protected override Task<PeerProcess> ServeAsync(string kind) => BoltPeers.ServeAsync(kind);
}
