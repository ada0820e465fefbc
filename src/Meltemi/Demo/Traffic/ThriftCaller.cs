using System.Net;
using ThriftService;

namespace Meltemi.Program.Demo.Traffic;

/// <summary>
/// Calls the Thrift service, as somebody (in a THeader) or as nobody in particular (in plain frames, which have no headers).
/// </summary>
internal sealed class ThriftCaller(IPEndPoint proxy, Random random, string? user) : Caller
{
    private readonly Dictionary<string, string>? _headers = user is null ? null : new() { ["user"] = user };
    private GreeterClient? _client;

    public override string Service => DemoService.Thrift;

    public override (string Method, string? User) Next() => (random.Next(5) < 2 ? GreeterServer.Add : GreeterServer.SayHello, user);

    public override async Task<string> CallAsync(string method, string? user, CancellationToken cancel)
    {
        _client ??= await GreeterClient.ConnectAsync(proxy.Address.ToString(), proxy.Port, _headers, cancel).ConfigureAwait(false);
        var call = method == GreeterServer.Add
            ? _client.AddAsync(random.Next(), random.Next(), cancel)
            : _client.SayHelloAsync(user ?? "world", cancel);
        return (await call.ConfigureAwait(false)).Version;
    }

    public override ValueTask DisposeAsync()
    {
        Interlocked.Exchange(ref _client, null)?.Dispose();
        return ValueTask.CompletedTask;
    }
}
