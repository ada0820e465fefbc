using System.Net;
using System.Net.Sockets;

namespace Meltemi.Bench.Lab.Load;

/// <summary>Many connections that mostly do nothing.</summary>
internal sealed class IdleConnections : IDisposable
{
    // From one address to one address and port there are as many connections as local ports (28,232 by default); hence a new address
    // every so many.
    private const int PerAddress = 20_000;
    private const int BindAddressNoPort = 24;

    private readonly Socket[] _sockets;

    public IdleConnections(IPEndPoint target, int count)
    {
        _sockets = new Socket[count];
        for (var i = 0; i < count; i++)
        {
            _sockets[i] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            if (i >= PerAddress)
            {
                // The port is chosen when the connection is made, so that it need only be free for this target.
                _sockets[i].SetRawSocketOption((int)SocketOptionLevel.IP, BindAddressNoPort, BitConverter.GetBytes(1));
                _sockets[i].Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(1 + i / PerAddress)]), 0));
            }
            _sockets[i].Connect(target);
        }
    }

    /// <summary>One request on each, one after the other.</summary>
    public void AskOnEach()
    {
        foreach (var socket in _sockets)
            Probe.Ask(socket);
    }

    public void Dispose()
    {
        foreach (var socket in _sockets)
        {
            // Reset, so that the ports are free at once.
            socket.LingerState = new LingerOption(true, 0);
            socket.Dispose();
        }
    }
}
