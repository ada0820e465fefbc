using Meltemi.Interop.Tests.Support;

namespace Meltemi.Interop.Tests.Tars;

/// <summary>The programs of this folder.</summary>
internal static class TarsPeers
{
    public const string Client = "client-tars.js";
    public const string Server = "server-tars.js";

    private static readonly CasePeers Programs = new("tars");

    /// <summary>All that clients can be asked to do.</summary>
    public static string[] Cases { get; } =
    [
        "hello", "unicode", "int", "negative", "double", "true", "list", "map", "object", "null", "exception", "slow", "large",
        "largeArgument", "many", "outOfOrder", "who", "attachments", "noSuchMethod", "ping", "oneway",
    ];

    public static Task<PeerProcess> ServeAsync(string name = "server", int port = 0) => Programs.ServeAsync(Server, name, port);

    public static Task<PeerProcess> StartAsync(int port, params string[] arguments) => Programs.StartAsync(Client, port, arguments);

    public static Task<CaseRun> CallAsync(int port, params string[] arguments) => Programs.CallAsync(Client, port, arguments);
}

/// <summary>Tars servers by name.</summary>
public sealed class TarsServers : ServerPool<string>
{
    private protected override Task<PeerProcess> ServeAsync(string kind) => TarsPeers.ServeAsync(kind);
}
