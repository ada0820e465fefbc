using DubboService;
using Greetings;

namespace Meltemi.Program.Demo.Protocols;

/// <summary>The greeting in Dubbo, by the sample service.</summary>
internal static class DubboGreeting
{
    public static DemoProtocol Protocol { get; } = new("dubbo", version =>
    {
        var server = new DubboServer(call => Task.FromResult(Answer(call, version)));
        return new(server.Port, server);
    }, async (address, caller, cancel) =>
    {
        var client = await DubboClient.ConnectAsync(address.Address.ToString(), address.Port, cancel).ConfigureAwait(false);
        return new((method, name, stop) => CallAsync(client, method, name, caller, stop), client);
    });

    private static Answer Answer(Invocation call, string version) =>
        call is { Interface: Greeting.Service, Method: Greeting.SayHello, Arguments: [string name] }
            ? DubboService.Answer.Of(Greeting.Text(name, version))
            : DubboService.Answer.Failed(DubboStatus.ServiceNotFound, $"no method {call.Method}");

    private static async Task<string> CallAsync(DubboClient client, string method, string name, string caller, CancellationToken cancel)
    {
        var answer = await client.CallAsync(new()
        {
            Interface = Greeting.Service,
            Method = method,
            Arguments = [name],
            Attachments = caller.Length == 0 ? new() : new Dictionary<string, string> { ["application"] = caller },
        }, cancel).ConfigureAwait(false);
        return answer.Status == DubboStatus.Ok ? answer.Text ?? "" : throw new GreetingException($"status {answer.Status}: {answer.Text}");
    }
}
