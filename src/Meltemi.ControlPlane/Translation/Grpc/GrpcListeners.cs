using System.Net;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Http.Fault.V3;
using Envoy.Extensions.Filters.Http.Router.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation.Listeners;
using Meltemi.ControlPlane.Translation.Routes;

namespace Meltemi.ControlPlane.Translation.Grpc;

/// <summary>
/// What gRPC's libraries take for a listener: an HTTP connection manager, for clients without address, for servers with their own.
/// </summary>
internal static class GrpcListeners
{
    private const string RouterFilter = "envoy.filters.http.router";
    private const string ManagerFilter = "envoy.filters.network.http_connection_manager";

    /// <summary>For a client that calls a port of a service; the routes come by RDS.</summary>
    public static Translated<Listener> Client(string name, Service service, ServicePort port)
    {
        var routes = new ClusterRef(service.Host, port.Number).Name;
        var manager = new HttpConnectionManager
        {
            StatPrefix = routes,
            Rds = new() { ConfigSource = ConfigSources.Ads(), RouteConfigName = routes },
            HttpFilters = { Filter(Faults.Filter, new HTTPFault()), Filter(RouterFilter, new Router()) },
        };
        return new(name, new Listener { Name = name, ApiListener = new() { ApiListener_ = Any.Pack(manager) } })
        {
            Sources = [service.Source],
            RouteNames = [routes],
        };
    }

    /// <summary>For a server that listens at an address: it answers every call itself.</summary>
    public static Translated<Listener> Server(string name, IPEndPoint address)
    {
        var inbound = InboundListeners.ClusterName(address.Port);
        var host = new VirtualHost
        {
            Name = inbound,
            Domains = { "*" },
            Routes = { new Route { Match = new() { Prefix = "/" }, NonForwardingAction = new() } },
        };
        var manager = new HttpConnectionManager
        {
            StatPrefix = inbound,
            RouteConfig = new() { Name = inbound, VirtualHosts = { host } },
            HttpFilters = { Filter(RouterFilter, new Router()) },
        };
        var filter = new Filter { Name = ManagerFilter, TypedConfig = Any.Pack(manager) };
        return new(name, Chains.Listen(name, address.Address.ToString(), address.Port, TrafficDirection.Inbound, bind: true, filter));
    }

    private static HttpFilter Filter(string name, IMessage config) => new() { Name = name, TypedConfig = Any.Pack(config) };
}
