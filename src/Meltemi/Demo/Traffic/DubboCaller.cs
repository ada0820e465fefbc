using System.Net;
using DubboService;

namespace Meltemi.Program.Demo.Traffic;

/// <summary>
/// Calls the Dubbo service: mostly the quick method, sometimes the slow one and the one that throws; each fifth call as jason.
/// </summary>
internal sealed class DubboCaller(IPEndPoint proxy, Random random) : Caller
{
    private DubboClient? _client;
    private int _calls;

    public override string Service => DemoService.Dubbo;

    public override (string Method, string? User) Next()
    {
        var method = random.Next(20) switch
        {
            0 => GreetingService.SlowHello,
            1 or 2 => GreetingService.FailingHello,
            _ => GreetingService.SayHello,
        };
        return (method, (_calls++ % 5) switch { 0 => DemoRules.Jason, 1 => "ann", _ => null });
    }

    public override async Task<string> CallAsync(string method, string? user, CancellationToken cancel)
    {
        if (_client is null || _client.Closed.IsCompleted)
        {
            await DisposeAsync().ConfigureAwait(false);
            _client = await DubboClient.ConnectAsync(proxy.Address.ToString(), proxy.Port, cancel).ConfigureAwait(false);
        }

        var servedBy = await new GreetingClient(_client).CallAsync(method, user ?? "world", user, cancel).ConfigureAwait(false);
        return servedBy.Version;
    }

    public override ValueTask DisposeAsync() => Interlocked.Exchange(ref _client, null)?.DisposeAsync() ?? ValueTask.CompletedTask;
}
