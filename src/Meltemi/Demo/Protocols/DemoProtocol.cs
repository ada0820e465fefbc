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
    /// <summary>Attribute that says what is called.</summary>
    public string MethodAttribute { get; init; } = "method";

    /// <summary>The protocol's description, if no code knows it; null: it has a codec.</summary>
    public string? Description { get; init; }

    /// <summary>All of them, in the order in which they are shown.</summary>
    public static IReadOnlyList<DemoProtocol> All { get; } =
        [.. new[] { DubboGreeting.Protocol, ThriftGreeting.Protocol }.Concat(Wire.All.Select(Of)).Select(protocol => protocol.Name == "awesomerpc" ? Described(protocol) : protocol).OrderBy(protocol => protocol.Name, StringComparer.Ordinal)];

    private static DemoProtocol Of(Wire wire) => new(wire.Protocol, version =>
    {
        var server = new GreetingServer(wire, version);
        return new(server.Port, server);
    }, async (address, caller, cancel) =>
    {
        var client = await GreetingClient.ConnectAsync(wire, address, cancel).ConfigureAwait(false);
        return new((method, name, stop) => client.CallAsync(method, name, caller, stop), client);
    });

    /// <summary>The protocol of the samples, known by its description alone.</summary>
    private static DemoProtocol Described(DemoProtocol protocol)
    {
        using var text = new StreamReader(typeof(DemoProtocol).Assembly.GetManifestResourceStream("awesomerpc.yaml")!);
        return protocol with { MethodAttribute = "command", Description = text.ReadToEnd() };
    }
}

/// <summary>A server that runs.</summary>
internal sealed record DemoServer(int Port, IAsyncDisposable Server);

/// <summary>A connected client.</summary>
/// <param name="CallAsync">Calls a method with a name; the answer is the greeting. An error of the protocol is a <see cref="GreetingException"/>.</param>
/// <param name="Connection">What ends it.</param>
internal sealed record DemoClient(Func<string, string, CancellationToken, Task<string>> CallAsync, IAsyncDisposable Connection);
