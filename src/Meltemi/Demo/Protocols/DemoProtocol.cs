using System.Net;
using Greetings;

namespace Meltemi.Program.Demo.Protocols;

/// <summary>A protocol of the demo: how its service is served and called.</summary>
/// <param name="Name">Its name in configuration.</param>
/// <param name="Serve">Starts a server of a version on a free port.</param>
/// <param name="ConnectAsync">Connects an application, whose name the calls carry; nobody: empty.</param>
internal sealed record DemoProtocol(
    string Name, Func<string, DemoServer> Serve, Func<IPEndPoint, string, CancellationToken, Task<DemoClient>> ConnectAsync)
{
    /// <summary>All of them, in the order in which they are shown.</summary>
    public static IReadOnlyList<DemoProtocol> All { get; } =
        [.. new[] { DubboGreeting.Protocol, ThriftGreeting.Protocol }.Concat(Wire.All.Select(Of)).OrderBy(protocol => protocol.Name, StringComparer.Ordinal)];

    private static DemoProtocol Of(Wire wire) => new(wire.Protocol, version =>
    {
        var server = new GreetingServer(wire, version);
        return new(server.Port, server);
    }, async (address, caller, cancel) =>
    {
        var client = await GreetingClient.ConnectAsync(wire, address, cancel).ConfigureAwait(false);
        return new((method, name, stop) => client.CallAsync(method, name, caller, stop), client);
    });
}

/// <summary>A server that runs.</summary>
internal sealed record DemoServer(int Port, IAsyncDisposable Server);

/// <summary>A connected client.</summary>
/// <param name="CallAsync">Calls a method with a name; the answer is the greeting. An error of the protocol is a <see cref="GreetingException"/>.</param>
/// <param name="Connection">What ends it.</param>
internal sealed record DemoClient(Func<string, string, CancellationToken, Task<string>> CallAsync, IAsyncDisposable Connection);
