using System.Net;
using System.Net.Sockets;

namespace Meltemi.Program.Demo;

/// <summary>
/// A free port of an address that is kept from other programs while the proxy may listen on it: both sockets share it (SO_REUSEPORT), and one
/// that does not listen gets no connections. So two demos run side by side.
/// </summary>
internal sealed class ReservedAddress : IDisposable
{
    private const int SocketLevel = 1;
    private const int ReusePort = 15;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ReservedAddress(IPAddress address)
    {
        _socket.SetRawSocketOption(SocketLevel, ReusePort, BitConverter.GetBytes(1));
        _socket.Bind(new IPEndPoint(address, 0));
        EndPoint = (IPEndPoint)_socket.LocalEndPoint!;
    }

    public IPEndPoint EndPoint { get; }

    public void Dispose() => _socket.Dispose();
}
