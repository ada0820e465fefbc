using System.Collections.Immutable;
using Aeraki.MetaProtocolProxy.V1Alpha;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Tests.Translation.Support;
using Meltemi.ControlPlane.Translation;
using Meltemi.ControlPlane.Translation.EnvoyFilters;
using static Meltemi.Resources.Istio.EnvoyFilter.Types;

namespace Meltemi.ControlPlane.Tests.Translation.EnvoyFilters;

/// <summary>Something to patch, and the patches of a test.</summary>
internal sealed class PatchMesh
{
    public const string MetaFilter = "envoy.filters.network.meta_protocol_proxy";

    public PatchMesh(string patches, string more = "") : this([("default", patches, more)])
    {
    }

    public PatchMesh(params (string Namespace, string Patches, string More)[] filters)
    {
        var texts = filters.Select((filter, i) => $"""
            apiVersion: networking.istio.io/v1alpha3
            kind: EnvoyFilter
            metadata: {"{"} name: f{i}, namespace: {filter.Namespace} {"}"}
            spec:
              {filter.More}
              configPatches:
            {filter.Patches}
            """);
        Mesh = new(string.Join("\n---\n", texts), broken: true);
        foreach (var filter in Mesh.All("EnvoyFilter")) EnvoyFilterReader.Analyze(filter, Mesh.Problems);
    }

    public TestMesh Mesh { get; }

    public IEnumerable<string> Messages => Mesh.Messages;

    public ImmutableArray<Translated<Listener>> Listeners(
        PatchContext context = PatchContext.SidecarOutbound, params Listener[] listeners) =>
        Apply(context, listeners is [] ? [Listener()] : listeners, listener => listener.Name);

    public ImmutableArray<Translated<Cluster>> Clusters(params Cluster[] clusters) =>
        Apply(PatchContext.SidecarOutbound, clusters, cluster => cluster.Name);

    public RouteConfiguration Routes(RouteConfiguration routes) =>
        Patches.Apply(PatchContext.SidecarOutbound, new Translated<RouteConfiguration>(routes.Name, routes))!.Message;

    private ImmutableArray<Translated<T>> Apply<T>(PatchContext context, T[] resources, Func<T, string> nameOf) where T : class, IMessage =>
    [
        .. resources.Select(resource => Patches.Apply(context, new Translated<T>(nameOf(resource), resource))).OfType<Translated<T>>(),
        .. Patches.Added(context, nameOf),
    ];

    public EnvoyPatches Patches => new(EnvoyPatches.Select("default", LabelSet.From([new("app", "cart")]), Mesh.Model), Mesh.Problems);

    public static Listener Listener(string name = "10.0.0.9_20880", uint port = 20880) => new()
    {
        Name = name,
        Address = new() { SocketAddress = new() { Address = "10.0.0.9", PortValue = port } },
        FilterChains =
        {
            new FilterChain
            {
                Name = "only",
                Filters =
                {
                    new Filter
                    {
                        Name = MetaFilter,
                        TypedConfig = Any.Pack(new MetaProtocolProxy
                        {
                            StatPrefix = "p",
                            IdleTimeout = new() { Seconds = 60 },
                            MetaProtocolFilters = { new MetaProtocolFilter { Name = "aeraki.meta_protocol.filters.router" } },
                        }),
                    },
                },
            },
        },
    };

    public static MetaProtocolProxy Protocol(Listener listener) => listener.FilterChains[0].Filters[0].TypedConfig.Unpack<MetaProtocolProxy>();

    public static RouteConfiguration RouteTable() => new()
    {
        Name = "shop.org_80",
        VirtualHosts =
        {
            new VirtualHost { Name = "shop.org:80", Domains = { "*" }, Routes = { Route("one"), Route("two") } },
            new VirtualHost { Name = "other:80", Domains = { "other" }, Routes = { Route("three") } },
        },
    };

    public static Route Route(string name) => new() { Name = name, Match = new() { Prefix = "/" }, Route_ = new() { Cluster = name } };

    public static string Names(RouteConfiguration routes) =>
        string.Join("; ", routes.VirtualHosts.Select(host => $"{host.Name} {string.Join(',', host.Routes.Select(route => route.Name))}"));
}
