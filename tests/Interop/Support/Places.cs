using System.Net;
using System.Net.Sockets;

namespace Meltemi.Interop.Tests.Support;

/// <summary>Endpoints that do not serve.</summary>
internal sealed class Places : IDisposable
{
    private readonly Socket _refusing = Bind();
    private readonly Socket _silent = Bind();

    public Places() => _silent.Listen(100);

    /// <summary>Held, so that nobody else gets it, and not listened on: connections are refused.</summary>
    public EndPoint Refusing => _refusing.LocalEndPoint!;

    /// <summary>The kernel accepts connections and bytes; nobody reads them.</summary>
    public EndPoint Silent => _silent.LocalEndPoint!;

    public void Dispose()
    {
        _refusing.Dispose();
        _silent.Dispose();
    }

    private static Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }
}
