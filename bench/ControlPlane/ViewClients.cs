using Meltemi.ControlPlane.Push;
using Meltemi.Xds.Server;

namespace Meltemi.Bench.ControlPlane;

/// <summary>Proxies without a network: each accepts what its view shows, on the pool's threads. What is left is the cost of the push side alone.</summary>
internal sealed class ViewClients(PushServer server, int count) : IClients
{
    private readonly List<Client> _clients = [];

    /// <inheritdoc/>
    public Task ConnectAsync() => Task.Run(() =>
    {
        for (var i = 0; i < count; i++) _clients.Add(new(server, i));
    });

    /// <inheritdoc/>
    public Task DisconnectAsync()
    {
        foreach (var client in _clients) client.Dispose();
        _clients.Clear();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await DisconnectAsync();

    private sealed class Client : IDisposable
    {
        private readonly IXdsView _view;
        private int _busy;

        public Client(PushServer server, int proxy)
        {
            _view = server.Open(Scenario.NodeOf(proxy), Changed);
            Accept();
        }

        public void Dispose() => _view.Dispose();

        private void Changed()
        {
            if (Interlocked.Exchange(ref _busy, 1) == 0) ThreadPool.QueueUserWorkItem(_ => Accept());
        }

        private void Accept()
        {
            Volatile.Write(ref _busy, 0);
            var snapshot = _view.Current;
            foreach (var type in XdsTypes.InOrder)
                _view.Accepted(type, snapshot.All(type).ToDictionary(resource => resource.Name, resource => resource.Version, StringComparer.Ordinal));
        }
    }
}
