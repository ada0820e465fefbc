using System.Collections.Concurrent;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf;
using Meltemi.Xds.Server;

namespace Meltemi.ControlPlane.Tests.Xds.Server;

/// <summary>One set of resources for all clients, set by the test; remembers what clients said.</summary>
internal sealed class TestSource : IXdsSource
{
    private readonly Lock _gate = new();
    private readonly List<View> _views = [];
    private TestSnapshot _current = new([]);

    public bool IsReady { get; set; } = true;

    public ConcurrentQueue<string> Said { get; } = new();

    public int OpenViews
    {
        get
        {
            lock (_gate) return _views.Count;
        }
    }

    public void Set(params XdsResource[] resources)
    {
        View[] views;
        lock (_gate)
        {
            _current = new(resources);
            views = [.. _views];
        }

        foreach (var view in views) view.Changed();
    }

    public IXdsView Open(Node node, Action changed)
    {
        if (node.Id == "stranger") throw new XdsRefusedException("no strangers");
        var view = new View(this, changed);
        lock (_gate) _views.Add(view);
        return view;
    }

    public static XdsResource Cluster(string name, string version) => ClusterOf(name, version, "");

    /// <summary>A cluster whose endpoints have a name of their own.</summary>
    public static XdsResource ClusterOf(string name, string version, string endpoints)
    {
        var cluster = new Cluster { Name = name, AltStatName = version, Type = Envoy.Config.Cluster.V3.Cluster.Types.DiscoveryType.Eds };
        if (endpoints.Length > 0) cluster.EdsClusterConfig = new() { ServiceName = endpoints };
        return Make(XdsTypes.Cluster, name, cluster);
    }

    public static XdsResource Endpoints(string name, string version) => Make(
        XdsTypes.Endpoints, name, new ClusterLoadAssignment { ClusterName = name, Endpoints = { new LocalityLbEndpoints { Locality = new() { Zone = version } } } });

    public static XdsResource Listener(string name, string version) => Make(XdsTypes.Listener, name, new Listener { Name = name, StatPrefix = version });

    public static XdsResource Route(string name, string version) =>
        Make(XdsTypes.Route, name, new RouteConfiguration { Name = name, VirtualHosts = { new VirtualHost { Name = version } } });

    private static XdsResource Make(string type, string name, IMessage message) => XdsResource.Create(type, name, message);

    private sealed class View(TestSource source, Action changed) : IXdsView
    {
        public IXdsSnapshot Current
        {
            get
            {
                lock (source._gate) return source._current;
            }
        }

        public void Changed() => changed();

        public void Accepted(string type, IReadOnlyDictionary<string, string> held) =>
            source.Said.Enqueue($"accepted {Short(type)} {string.Join(",", held.Keys.Order())}".TrimEnd());

        public void Refused(string type, IReadOnlyDictionary<string, string> sent, string reason) =>
            source.Said.Enqueue($"refused {Short(type)} {string.Join(",", sent.Keys.Order())}: {reason}");

        public void Dispose()
        {
            lock (source._gate) source._views.Remove(this);
        }

        private static string Short(string type) => type[(type.LastIndexOf('.') + 1)..];
    }

    private sealed class TestSnapshot(XdsResource[] resources) : IXdsSnapshot
    {
        private readonly ILookup<string, XdsResource> _byType = resources.ToLookup(resource => resource.Type);
        private readonly Dictionary<(string Type, string Name), XdsResource> _byName = resources.ToDictionary(resource => (resource.Type, resource.Name));

        public IReadOnlyCollection<XdsResource> All(string type) => [.. _byType[type]];

        public XdsResource? Find(string type, string name) => _byName.GetValueOrDefault((type, name));
    }
}
