using System.Collections.Concurrent;
using Meltemi.Interop.Tests.Support;

namespace Meltemi.Interop.Tests.Thrift;

/// <summary>The servers of a test class, one of each kind, started when first asked for.</summary>
public sealed class ThriftServers : IAsyncLifetime
{
    private readonly ConcurrentDictionary<(string Language, ThriftDialect Dialect), Lazy<Task<PeerProcess>>> _servers = new();

    internal Task<PeerProcess> GetAsync(string language, ThriftDialect dialect) =>
        _servers.GetOrAdd((language, dialect), key => new(() => ThriftPeers.ServeAsync(key.Language, key.Dialect))).Value;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var server in _servers.Values.Where(server => server.Value.IsCompletedSuccessfully)) await (await server.Value).DisposeAsync();
    }
}
