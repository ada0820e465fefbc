using System.Net;
using Meltemi.Proxy.Admin.Http;
using Meltemi.Proxy.Admin.Pages;

namespace Meltemi.Proxy.Admin;

/// <summary>The admin interface: Envoy's paths over the running proxy.</summary>
public static class AdminServer
{
    /// <summary>Where it listens unless told otherwise: only programs of this machine may ask.</summary>
    public static EndPoint DefaultAddress { get; } = new IPEndPoint(IPAddress.Loopback, 15000);

    /// <summary>Listens and serves until it is disposed of.</summary>
    /// <param name="address">Null: <see cref="DefaultAddress"/>.</param>
    /// <param name="state">The running proxy.</param>
    /// <exception cref="System.Net.Sockets.SocketException">The address cannot be listened on.</exception>
    public static HttpServer Start(EndPoint? address, IAdminState state) =>
        HttpServer.Start(address ?? DefaultAddress, new AdminHandler(state), state.Log.For("admin"));
}
