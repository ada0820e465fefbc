using System.Collections.Concurrent;
using Meltemi.Interop.Tests.Support;

namespace Meltemi.Interop.Tests.Dubbo;

/// <summary>The servers of a test class, one of each kind, started when first asked for.</summary>
public sealed class DubboServers : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, Lazy<Task<PeerProcess>>> _servers = new();

    internal Task<PeerProcess> GetAsync(string server) =>
        _servers.GetOrAdd(server, name => new(() => DubboPeers.ServeAsync(name, name))).Value;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var server in _servers.Values.Where(server => server.Value.IsCompletedSuccessfully)) await (await server.Value).DisposeAsync();
    }
}
