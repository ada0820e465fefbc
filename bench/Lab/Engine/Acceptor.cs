using System.Net;
using System.Net.Sockets;

namespace Meltemi.Bench.Lab.Engine;

/// <summary>A listening socket on the loopback address.</summary>
internal sealed class Acceptor : Source, IDisposable
{
    private readonly Socket _socket;
    private readonly Action<Socket> _accepted;

    public Acceptor(Reactor reactor, int port, Action<Socket> accepted)
    {
        _accepted = accepted;
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _socket.Listen(4096);
        Descriptor = (int)_socket.Handle;
        reactor.Add(this, Libc.In);
    }

    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    public override void OnEvents(uint events) => _accepted(_socket.Accept());

    public void Dispose() => _socket.Dispose();
}
