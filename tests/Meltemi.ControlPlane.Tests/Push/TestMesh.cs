using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Meltemi.ControlPlane.Analysis;
using Meltemi.ControlPlane.Push;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Services.Addresses;
using Meltemi.ControlPlane.Services.Building;
using Meltemi.ControlPlane.Stores;
using Meltemi.Resources;
using Meltemi.Xds.Server;
using Microsoft.Extensions.Logging;

namespace Meltemi.ControlPlane.Tests.Push;

/// <summary>The push side without threads, store and network: what is put is published at once.</summary>
internal sealed class TestMesh
{
    private readonly MeshOptions _options;
    private readonly ModelBuilder _builder;
    private readonly Analyzer _analyzer;
    private long _revision;

    public TestMesh(MeshOptions? options = null, IEnumerable<AddressLease>? leases = null, ITranslator? translator = null, ILogger? log = null, Meltemi.ControlPlane.Translation.CodecCatalog? codecs = null)
    {
        _options = options ?? new() { VirtualAddresses = "127.240.0.0/16" };
        Addresses = new(AddressRange.Parse(_options.VirtualAddresses), _options.AddressGrace, Time, leases ?? []);
        _builder = new(_options, Addresses);
        codecs ??= Translation.Support.ProxyRoutes.Catalog;
        _analyzer = new(_options, codecs);
        Publisher = new(translator ?? new Translator(codecs), Time, log ?? FailingLog.Instance);
    }

    public Stores.ManualTime Time { get; } = new();

    public AddressAllocator Addresses { get; }

    public Publisher Publisher { get; }

    public StoreState State { get; private set; } = StoreState.Empty;

    public MeshModel Model => _builder.Model;

    public ModelChanges LastChanges { get; private set; } = new();

    /// <summary>Creates or replaces resources, as one batch.</summary>
    public TestMesh Put(params Resource[] resources) => Change([.. resources.Select(resource => (resource.Key, (Resource?)resource))]);

    public TestMesh Delete(params Resource[] resources) => Change([.. resources.Select(resource => (resource.Key, (Resource?)null))]);

    public TestMesh Change(params (ResourceKey Key, Resource? After)[] all)
    {
        var changes = ImmutableArray.CreateBuilder<StoreChange>();
        foreach (var (key, after) in all)
        {
            changes.Add(new(++_revision, State.Resources.GetValueOrDefault(key), after));
            State = new(_revision, after is null ? State.Resources.Remove(key) : State.Resources.SetItem(key, after));
        }

        LastChanges = _builder.Apply(new StoreChanges(State, changes.ToImmutable()));
        Publisher.Publish(_builder.Model, LastChanges);
        _analyzer.Analyze(_builder.Model, State, LastChanges);
        return this;
    }

    /// <summary>A mesh that was made of the same resources at once.</summary>
    public TestMesh FromScratch()
    {
        var mesh = new TestMesh(_options, Addresses.Leases);
        mesh.State = State;
        mesh.LastChanges = mesh._builder.Load(State);
        mesh.Publisher.Publish(mesh._builder.Model, mesh.LastChanges);
        mesh._analyzer.Analyze(mesh._builder.Model, State, mesh.LastChanges);
        return mesh;
    }

    public TestProxy Connect(string ns = "shop", string ip = "10.9.0.1", string type = "sidecar", (string, string)[]? labels = null, Envoy.Config.Core.V3.Locality? at = null, params (string, string)[] metadata)
    {
        var node = new Node { Id = $"{type}~{ip}~app.{ns}~{ns}.svc.cluster.local", Metadata = new() };
        foreach (var (key, value) in metadata) node.Metadata.Fields[key] = Value.ForString(value);
        if (labels is not null)
        {
            var given = new Struct();
            foreach (var (key, value) in labels) given.Fields[key] = Value.ForString(value);
            node.Metadata.Fields["LABELS"] = Value.ForStruct(given);
        }

        if (at is not null) node.Locality = at;
        return new(Publisher, ProxyNode.Parse(node));
    }

    public IReadOnlyList<Diagnostic> ProblemsOf(Resource resource) => _analyzer.Diagnostics.Of(resource.Key);

    public IReadOnlyList<Diagnostic> AllProblems() => [.. _analyzer.Diagnostics.All.OrderBy(problem => problem.ToString(), StringComparer.Ordinal)];
}

/// <summary>A client that looks at its view.</summary>
internal sealed class TestProxy : IPushObserver, IDisposable
{
    private readonly ProxyView _view;

    public TestProxy(Publisher publisher, ProxyNode node)
    {
        publisher.Observe(this);
        _view = publisher.Open(node, () => Notified++);
    }

    public int Notified { get; private set; }

    public IXdsSnapshot Current => _view.Current;

    public ConnectedProxy Connected => _view.Proxy;

    /// <summary>What the observer was told since the last look: the types that changed.</summary>
    public List<ResourceChange> Changes { get; } = [];

    public IEnumerable<string> Names(string type) => Current.All(type).Select(resource => resource.Name).Order(StringComparer.Ordinal);

    public string[] Clusters => [.. Names(XdsTypes.Cluster)];

    public string[] Listeners => [.. Names(XdsTypes.Listener)];

    /// <summary>Types (short) of all resources that changed since the last call.</summary>
    public string[] TakeChanges()
    {
        var types = Changes.Select(change => (change.After ?? change.Before)!.Type.Split('.')[^1]).Distinct().Order(StringComparer.Ordinal).ToArray();
        Changes.Clear();
        return types;
    }

    public T Get<T>(string type, string name) where T : class, Google.Protobuf.IMessage<T>, new()
    {
        var resource = Current.Find(type, name) ?? throw new InvalidOperationException($"there is no {name}; there are {string.Join(", ", Names(type))}");
        return new Google.Protobuf.MessageParser<T>(() => new T()).ParseFrom(resource.Body);
    }

    /// <summary>Everything, as text that can be compared.</summary>
    public string Everything() => string.Join("\n", XdsTypes.InOrder.SelectMany(type => Current.All(type)
        .Select(resource => $"{resource.Type.Split('.')[^1]} {resource.Name} {resource.Version} {string.Join(",", resource.Sources)}").Order(StringComparer.Ordinal)));

    public void Dispose() => _view.Dispose();

    void IPushObserver.Connected(ConnectedProxy proxy)
    {
    }

    void IPushObserver.Published(ConnectedProxy proxy, IReadOnlyList<ResourceChange> changes)
    {
        if (_view is not null && ReferenceEquals(proxy, _view.Proxy)) Changes.AddRange(changes);
    }

    void IPushObserver.Accepted(ConnectedProxy proxy, string type, IReadOnlyDictionary<string, string> held)
    {
    }

    void IPushObserver.Refused(ConnectedProxy proxy, string type, IReadOnlyDictionary<string, string> sent, string reason)
    {
    }

    void IPushObserver.Disconnected(ConnectedProxy proxy)
    {
    }

    void IPushObserver.Translated(IReadOnlyCollection<ResourceKey> resources)
    {
    }
}
