using System.Collections.Concurrent;

namespace Meltemi.Interop.Tests.Support;

/// <summary>The servers of a test class, one of each kind, started when first asked for.</summary>
public abstract class ServerPool<TKind> : IAsyncLifetime
    where TKind : notnull
{
    private readonly ConcurrentDictionary<TKind, Lazy<Task<PeerProcess>>> _servers = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var server in _servers.Values)
        {
            if (server.Value.IsCompletedSuccessfully) await (await server.Value).DisposeAsync();
        }
    }

    internal Task<PeerProcess> GetAsync(TKind kind) => _servers.GetOrAdd(kind, _ => new(() => ServeAsync(kind))).Value;

    private protected abstract Task<PeerProcess> ServeAsync(TKind kind);
}
