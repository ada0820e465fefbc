using Greetings;
using ThriftService;

namespace Meltemi.Program.Demo.Protocols;

/// <summary>The greeting in Thrift, by the sample service: who says its name does it in a THeader.</summary>
internal static class ThriftGreeting
{
    private const string Instance = "a";

    public static DemoProtocol Protocol { get; } = new("thrift", version =>
    {
        var server = new GreeterServer(version, Instance);
        return new(server.Port, server);
    }, async (address, caller, cancel) =>
    {
        var headers = caller.Length == 0 ? null : new Dictionary<string, string> { ["caller"] = caller };
        var client = await GreeterClient.ConnectAsync(address.Address.ToString(), address.Port, headers, cancel).ConfigureAwait(false);
        return new((method, name, stop) => CallAsync(client, method, name, stop), new Closing(client));
    });

    private static async Task<string> CallAsync(GreeterClient client, string method, string name, CancellationToken cancel)
    {
        try
        {
            return method == GreeterServer.SayHello
                ? Greeting.Text(name, (await client.SayHelloAsync(name, cancel).ConfigureAwait(false)).Version)
                : $"{await client.AddAsync(0, 0, cancel).ConfigureAwait(false)}";
        }
        catch (ThriftCallException e)
        {
            throw new GreetingException(e.Message);
        }
    }

    private sealed class Closing(GreeterClient client) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            client.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
