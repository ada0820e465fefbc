using Aeraki.MetaProtocolProxy.V1Alpha;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Google.Protobuf.WellKnownTypes;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation.Routes;
using Meltemi.Xds.Config.V1;

namespace Meltemi.ControlPlane.Translation.Listeners;

/// <summary>The parts that listeners are made of.</summary>
internal static class Chains
{
    private const string MetaFilter = "aeraki.meta_protocol_proxy";
    private const string InspectorFilter = "meltemi.filters.listener.protocol_inspector";
    private const string TcpFilter = "envoy.filters.network.tcp_proxy";
    private const string RouterFilter = "aeraki.meta_protocol.filters.router";
    private const string RouterType = "type.googleapis.com/aeraki.meta_protocol_proxy.filters.router.v1alpha.Router";

    /// <summary>Name of the routes of a port, as Aeraki has it.</summary>
    public static string RouteName(string host, int port) => $"{host}_{port}";

    /// <summary>A listener with one chain for all.</summary>
    public static Listener Listen(string name, string address, int port, TrafficDirection direction, bool bind, Filter filter)
    {
        var listener = new Listener
        {
            Name = name,
            Address = AddressOf(address, port),
            TrafficDirection = direction,
        };
        if (!bind) listener.BindToPort = false;
        listener.FilterChains.Add(new FilterChain { Filters = { filter } });
        return listener;
    }

    /// <summary>A listener with a chain for each protocol that it recognises, and one for the others.</summary>
    /// <param name="listener">A listener with a chain, which becomes that of the others.</param>
    /// <param name="protocols">Protocols and what serves them.</param>
    /// <param name="silenceLimit">After it a client is one of the others; zero: never.</param>
    public static Listener Recognise(Listener listener, IEnumerable<(string Protocol, Filter Filter)> protocols, TimeSpan silenceLimit)
    {
        listener.ListenerFilters.Add(new ListenerFilter { Name = InspectorFilter, TypedConfig = Any.Pack(new ProtocolInspector()) });
        listener.ListenerFiltersTimeout = Duration.FromTimeSpan(silenceLimit);
        listener.ContinueOnListenerFiltersTimeout = silenceLimit > TimeSpan.Zero;
        listener.DefaultFilterChain = listener.FilterChains[0];
        listener.FilterChains.Clear();
        foreach (var (protocol, filter) in protocols)
        {
            listener.FilterChains.Add(new FilterChain
            {
                Name = protocol,
                FilterChainMatch = new() { ApplicationProtocols = { protocol } },
                Filters = { filter },
            });
        }

        return listener;
    }

    /// <summary>An address of a listener: IP and port, or the path of a Unix domain socket.</summary>
    public static Address AddressOf(string address, int port) => address.StartsWith('/')
        ? new() { Pipe = new() { Path = address } }
        : new() { SocketAddress = new() { Address = address, PortValue = (uint)port } };

    /// <summary>Bytes to a cluster.</summary>
    public static Filter Tcp(string statPrefix, string cluster) => new()
    {
        Name = TcpFilter,
        TypedConfig = Any.Pack(new TcpProxy { StatPrefix = statPrefix, Cluster = cluster }),
    };

    /// <summary>Bytes to clusters, by weight.</summary>
    public static Filter Tcp(string statPrefix, TcpRoute route)
    {
        if (route.Shares is [var single]) return Tcp(statPrefix, single.Cluster);
        var weighted = new TcpProxy.Types.WeightedCluster();
        foreach (var share in route.Shares)
            weighted.Clusters.Add(new TcpProxy.Types.WeightedCluster.Types.ClusterWeight { Name = share.Cluster, Weight = share.Weight });
        return new() { Name = TcpFilter, TypedConfig = Any.Pack(new TcpProxy { StatPrefix = statPrefix, WeightedClusters = weighted }) };
    }

    /// <summary>Requests by routes that come by RDS.</summary>
    public static Filter Meta(string statPrefix, string routeName, string protocol, ProtocolTable protocols) => Meta(
        new() { StatPrefix = statPrefix, Rds = new() { ConfigSource = ConfigSources.Ads(), RouteConfigName = routeName } }, protocol, protocols, []);

    /// <summary>Requests to one cluster.</summary>
    public static Filter Meta(string statPrefix, RouteConfiguration routes, string protocol, ProtocolTable protocols, IEnumerable<MetaProtocolFilter> filters) =>
        Meta(new() { StatPrefix = statPrefix, EnvoyRouteConfig = routes }, protocol, protocols, filters);

    /// <summary>Routes that send everything to one cluster.</summary>
    public static RouteConfiguration Everything(string name, string cluster) => new()
    {
        Name = name,
        VirtualHosts =
        {
            new VirtualHost
            {
                Name = name,
                Domains = { "*" },
                Routes = { new Route { Name = "default", Match = new() { Prefix = "/" }, Route_ = new() { Cluster = cluster } } },
            },
        },
    };

    private static Filter Meta(MetaProtocolProxy proxy, string protocol, ProtocolTable protocols, IEnumerable<MetaProtocolFilter> filters)
    {
        proxy.Protocol = protocols.Describe(protocol);
        proxy.MetaProtocolFilters.AddRange(filters);
        proxy.MetaProtocolFilters.Add(new MetaProtocolFilter { Name = RouterFilter, Config = new() { TypeUrl = RouterType } });
        return new() { Name = MetaFilter, TypedConfig = Any.Pack(proxy) };
    }
}
