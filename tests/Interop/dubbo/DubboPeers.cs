using Meltemi.Interop.Tests.Support;

namespace Meltemi.Interop.Tests.Dubbo;

/// <summary>The programs of this folder.</summary>
internal static class DubboPeers
{
    public const string Remoting = "client-remoting.js";
    public const string Apache = "client-apache.js";
    public const string Dubbo2 = "client-dubbo2.js";
    public const string Lines = "client-lines.js";
    public const string SofaServer = "server-sofa.js";
    public const string ApacheServer = "server-apache.js";

    private static readonly CasePeers Programs = new("dubbo");

    /// <summary>All that clients can be asked to do.</summary>
    private static readonly string[] Cases =
    [
        "hello", "unicode", "int", "negative", "double", "true", "list", "map", "object", "null", "exception", "slow", "large",
        "largeArgument", "many", "outOfOrder", "who", "attachments", "noSuchMethod", "heartbeat",
    ];

    public static string[] Clients { get; } = [Remoting, Apache, Dubbo2];

    public static string[] Servers { get; } = [SofaServer, ApacheServer];

    public static string[] CasesOf(string client, string server) => Programs.CasesOf(Cases, client, server);

    public static Task<PeerProcess> ServeAsync(string server, string name = "server", int port = 0, params string[] arguments) =>
        Programs.ServeAsync(server, name, port, arguments);

    public static Task<PeerProcess> StartAsync(string client, int port, params string[] arguments) => Programs.StartAsync(client, port, arguments);

    public static Task<CaseRun> CallAsync(string client, int port, params string[] arguments) => Programs.CallAsync(client, port, arguments);

    public static Task<CaseRun> EndAsync(PeerProcess client) => CasePeers.EndAsync(client);
}
