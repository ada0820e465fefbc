using System.Collections.Concurrent;
using System.Net;
using Envoy.Config.Core.V3;
using Meltemi.Xds.Grpc.Server;
using Meltemi.Xds.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Primitives;

namespace Meltemi.Tests.Config.Dynamic;

/// <summary>The real xDS server on a port of the loopback interface, with resources that the test sets. It can be stopped and started again.</summary>
internal sealed class Controller : IXdsSource, IAsyncDisposable
{
    private readonly ConcurrentDictionary<View, bool> _views = [];
    private readonly XdsServer _server;
    private volatile Snapshot _current = new([]);
    private GrpcHost? _host;

    public Controller() => _server = new XdsServer(this, new XdsServerOptions(), NullLogger.Instance);

    /// <summary>Only the older protocol is served.</summary>
    public bool HasNoDelta { get; init; }

    public int Port { get; private set; }

    public bool IsReady => true;

    /// <summary>Clients that are connected.</summary>
    public int Clients => _views.Count;

    /// <summary>Reasons of refusals.</summary>
    public ConcurrentQueue<string> Refusals { get; } = new();

    public static async Task<Controller> StartAsync(bool hasNoDelta = false, params XdsResource[] resources)
    {
        var controller = new Controller { HasNoDelta = hasNoDelta };
        controller.Set(resources);
        await controller.StartAsync();
        return controller;
    }

    public async Task StartAsync()
    {
        _host = await GrpcHost.StartAsync(new IPEndPoint(IPAddress.Loopback, Port), Map);
        Port = _host.EndPoint.Port;
    }

    /// <summary>Goes away at once, as a crash does.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _host, null) is { } host) await host.DisposeAsync();
    }

    /// <summary>These are the resources now.</summary>
    public void Set(params XdsResource[] resources)
    {
        _current = new Snapshot(resources);
        foreach (var view in _views.Keys) view.Changed();
    }

    /// <summary>Puts some in the place of those with their names.</summary>
    public void Put(params XdsResource[] resources) =>
        Set([.. _current.Resources.Where(old => !resources.Any(young => (young.Type, young.Name) == (old.Type, old.Name))), .. resources]);

    public IXdsView Open(Node node, Action changed)
    {
        var view = new View(this, changed);
        _views[view] = true;
        return view;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _server.Dispose();
    }

    private void Map(IEndpointRouteBuilder routes)
    {
        _server.Map(routes);
        if (!HasNoDelta) return;
        var all = routes.DataSources.ToArray();
        routes.DataSources.Clear();
        foreach (var source in all) routes.DataSources.Add(new OlderOnly(source));
    }

    private sealed class OlderOnly(EndpointDataSource all) : EndpointDataSource
    {
        public override IReadOnlyList<Endpoint> Endpoints =>
            [.. all.Endpoints.Where(endpoint => !((RouteEndpoint)endpoint).RoutePattern.RawText!.Contains("/Delta", StringComparison.Ordinal))];

        public override IChangeToken GetChangeToken() => all.GetChangeToken();
    }

    private sealed class View(Controller controller, Action changed) : IXdsView
    {
        public IXdsSnapshot Current => controller._current;

        public void Changed() => changed();

        public void Accepted(string type, IReadOnlyDictionary<string, string> held)
        {
        }

        public void Refused(string type, IReadOnlyDictionary<string, string> sent, string reason) => controller.Refusals.Enqueue(reason);

        public void Dispose() => controller._views.TryRemove(this, out _);
    }

    private sealed class Snapshot(XdsResource[] resources) : IXdsSnapshot
    {
        public IReadOnlyList<XdsResource> Resources => resources;

        public IReadOnlyCollection<XdsResource> All(string type) => [.. resources.Where(resource => resource.Type == type)];

        public XdsResource? Find(string type, string name) => resources.FirstOrDefault(resource => resource.Type == type && resource.Name == name);
    }
}
