using Aeraki.MetaProtocolProxy.V1Alpha;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf;
using Meltemi.ControlPlane.Push;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation;
using Meltemi.ControlPlane.Translation.EnvoyFilters;
using Meltemi.Resources;
using Meltemi.Xds.Server;
using Microsoft.Extensions.Logging;

namespace Meltemi.ControlPlane.Tests.Push;

/// <summary>A mistake of ours costs as little as possible: what it is about stays as it was, everything else goes on, and the log says so.</summary>
public sealed class BrokenTranslationTests
{
    private readonly List<string> _errors = [];
    private readonly Faulty _translator = new();
    private readonly TestMesh _mesh;

    public BrokenTranslationTests() => _mesh = new(translator: _translator, log: new ErrorLog(_errors));

    [Fact]
    public void A_translation_that_throws_leaves_that_host_as_it_was()
    {
        _mesh.Put(Given.Service("a.org"), Given.Service("b.org"));
        var proxy = _mesh.Connect();
        var before = proxy.Current.Find(XdsTypes.Cluster, "outbound|20880||a.org");

        _translator.ThrowsFor = "a.org";
        _mesh.Put(Given.Service("a.org", number: 1), Given.Service("b.org", number: 2));

        Assert.Equal(["outbound|20880||a.org", "outbound|2||b.org"], proxy.Clusters);
        Assert.Same(before, proxy.Current.Find(XdsTypes.Cluster, "outbound|20880||a.org"));
        Assert.Contains("'a.org' cannot be translated", Assert.Single(_errors));

        _translator.ThrowsFor = "";
        _mesh.Put(Given.Service("a.org", number: 3));
        Assert.Equal(["outbound|2||b.org", "outbound|3||a.org"], proxy.Clusters);
    }

    [Fact]
    public void A_snapshot_with_a_broken_reference_is_not_served()
    {
        _mesh.Put(Given.Service("a.org"));
        var proxy = _mesh.Connect();
        var before = proxy.Everything();

        _translator.Forgets = "b.org";
        _mesh.Put(Given.Service("b.org"));

        Assert.Equal(before, proxy.Everything());
        Assert.Equal(0, proxy.Notified);
        Assert.Contains("a listener of 'b.org' names the routes 'b.org_20880', which are not there", Assert.Single(_errors));

        _translator.Forgets = "";
        _mesh.Put(Given.Service("b.org", port: "dubbo"));
        Assert.Contains("outbound|20880||b.org", proxy.Clusters);
        Assert.Equal(["Cluster", "ClusterLoadAssignment", "Listener", "RouteConfiguration"], proxy.TakeChanges());
    }

    private sealed class Faulty : ITranslator
    {
        private readonly Translator _inner = new(Translation.Support.ProxyRoutes.Catalog);

        public string ThrowsFor { get; set; } = "";

        public string Forgets { get; set; } = "";

        public Translated<RouteConfiguration> Routes(Service service, ServicePort port, LabelSet labels, MeshView view)
        {
            if (service.Host == ThrowsFor) throw new InvalidOperationException("for the test");
            var routes = _inner.Routes(service, port, labels, view);
            return service.Host == Forgets ? new Translated<RouteConfiguration>("other", routes.Message) { Clusters = routes.Clusters } : routes;
        }

        public ProtocolTable Protocols(IEnumerable<Resource> declared) => _inner.Protocols(declared);

        public bool RoutesDependOnLabels(Service service, MeshView view) => _inner.RoutesDependOnLabels(service, view);

        public IReadOnlyList<MetaProtocolFilter> InboundFilters(Service service, MeshView view) => _inner.InboundFilters(service, view);

        public GatewayOutput Gateway(Client client, MeshView view) => _inner.Gateway(client, view);

        public XdsResource? ByName(string type, string name, ProxyNode node, MeshView view) => _inner.ByName(type, name, node, view);

        public EnvoyPatches? PatchesFor(ScopeKey key, MeshModel model) => _inner.PatchesFor(key, model);

        public IEnumerable<Translated<T>> Patch<T>(IEnumerable<Translated<T>> resources, Client client) where T : class, IMessage<T> => _inner.Patch(resources, client);

        public IEnumerable<Translated<Listener>> AddedListeners(Client client) => _inner.AddedListeners(client);

        public IEnumerable<Translated<Cluster>> AddedClusters(Client client) => _inner.AddedClusters(client);
    }

    private sealed class ErrorLog(List<string> errors) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            errors.Add(formatter(state, exception));
    }
}
