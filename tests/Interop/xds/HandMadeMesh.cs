using System.Collections.Concurrent;
using System.Net;
using Envoy.Config.Core.V3;
using Meltemi.Xds.Grpc.Server;
using Meltemi.Xds.Server;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meltemi.Interop.Tests.Xds;

/// <summary>Our xDS server over resources that are made by hand.</summary>
internal sealed class HandMadeMesh : IGrpcMesh, IXdsSource
{
    private readonly Lock _gate = new();
    private readonly HashSet<View> _views = [];
    private readonly Dictionary<string, XdsResource[]> _services = [];
    private readonly ConcurrentQueue<string> _refusals = new();
    private Snapshot _current = new([]);
    private GrpcHost _host = null!;

    private HandMadeMesh() => Server = new(this, new() { RemovalDelay = TimeSpan.FromMilliseconds(200) }, NullLogger.Instance);

    public XdsServer Server { get; private set; }

    public IReadOnlyCollection<string> Refusals => _refusals;

    public bool InSync => Server.Clients.All.Any(client => client.Types.Values.All(type => type.InSync) && client.Types.Values.Any(type => type.Held.Count > 0));

    public int Port => _host.EndPoint.Port;

    bool IXdsSource.IsReady => true;

    public static async Task<HandMadeMesh> StartAsync()
    {
        var mesh = new HandMadeMesh();
        await mesh.ListenAsync(0);
        return mesh;
    }

    /// <summary>The server dies and another one, that knows nothing of the clients, takes its place.</summary>
    public async Task RestartAsync(Func<Task> meanwhile)
    {
        var port = Port;
        await _host.DisposeAsync();
        await meanwhile();
        Server = new(this, new(), NullLogger.Instance);
        await ListenAsync(port);
    }

    public Task SetAsync(GrpcService service)
    {
        Set(service.Target, [.. GrpcResources.Of(service)]);
        return Task.CompletedTask;
    }

    public Task RemoveAsync(GrpcService service)
    {
        Set(service.Target, []);
        return Task.CompletedTask;
    }

    /// <summary>Replaces what belongs together.</summary>
    public void Set(string what, params XdsResource[] resources)
    {
        View[] views;
        lock (_gate)
        {
            _services[what] = resources;
            _current = new([.. _services.Values.SelectMany(one => one)]);
            views = [.. _views];
        }

        foreach (var view in views) view.Changed();
    }

    IXdsView IXdsSource.Open(Node node, Action changed)
    {
        var view = new View(this, changed);
        lock (_gate) _views.Add(view);
        return view;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Server.Dispose();
    }

    private async Task ListenAsync(int port) => _host = await GrpcHost.StartAsync(new(IPAddress.Loopback, port), Server.Map);

    private sealed class View(HandMadeMesh mesh, Action changed) : IXdsView
    {
        public IXdsSnapshot Current => Volatile.Read(ref mesh._current);

        public void Changed() => changed();

        public void Accepted(string type, IReadOnlyDictionary<string, string> held)
        {
        }

        public void Refused(string type, IReadOnlyDictionary<string, string> sent, string reason) =>
            mesh._refusals.Enqueue($"{string.Join(",", sent.Keys)}: {reason}");

        public void Dispose()
        {
            lock (mesh._gate) mesh._views.Remove(this);
        }
    }

    private sealed class Snapshot(XdsResource[] resources) : IXdsSnapshot
    {
        private readonly Dictionary<(string Type, string Name), XdsResource> _byName = resources.ToDictionary(one => (one.Type, one.Name));

        public IReadOnlyCollection<XdsResource> All(string type) => [.. resources.Where(one => one.Type == type)];

        public XdsResource? Find(string type, string name) => _byName.GetValueOrDefault((type, name));
    }
}
