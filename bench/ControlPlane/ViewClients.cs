using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Meltemi.ControlPlane.Push;
using Meltemi.Xds.Server;

namespace Meltemi.Bench.ControlPlane;

/// <summary>Proxies without a network: each accepts what its view shows, on the pool's threads. What is left is the cost of the push side alone.</summary>
internal sealed class ViewClients : IDisposable
{
    private readonly List<Client> _clients = [];

    /// <summary>Connects proxies, one after the other.</summary>
    public void Connect(PushServer server, int from, int to)
    {
        for (var i = from; i < to; i++) _clients.Add(new(server, i));
    }

    /// <summary>All go away.</summary>
    public void Dispose()
    {
        foreach (var client in _clients) client.Dispose();
        _clients.Clear();
    }

    /// <summary>How a proxy introduces itself.</summary>
    public static Node NodeOf(int proxy)
    {
        var ns = $"n{proxy % Scenario.Namespaces}";
        var node = new Node { Id = $"sidecar~10.{200 + (proxy >> 16)}.{(proxy >> 8) & 255}.{proxy & 255}~p{proxy}.{ns}~{ns}.svc.cluster.local", Metadata = new() };
        var labels = new Struct();
        labels.Fields["app"] = Value.ForString($"p{proxy}");
        node.Metadata.Fields["LABELS"] = Value.ForStruct(labels);
        return node;
    }

    private sealed class Client : IDisposable
    {
        private readonly IXdsView _view;
        private int _busy;

        public Client(PushServer server, int proxy)
        {
            _view = server.Open(NodeOf(proxy), Changed);
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
