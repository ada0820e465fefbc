using System.Net;
using System.Net.Sockets;
using Meltemi.Transport;

namespace Meltemi.Proxy.Inbound;

/// <summary>
/// Sockets that are bound and do not listen: the kernel says at once whether addresses are free, and keeps most others from them, while clients see
/// a closed port. Listening sockets of this process can be bound beside them (SO_REUSEPORT).
/// </summary>
internal sealed class AddressReservation : IDisposable
{
    private const int SolSocket = 1;
    private const int SoReusePort = 15;

    private readonly List<Socket> _sockets = [];

    /// <summary>Takes the addresses; Unix domain sockets and port 0 cannot be reserved and show when they are listened on.</summary>
    /// <exception cref="SocketException">One is not free, or not ours.</exception>
    public static AddressReservation Take(IEnumerable<EndPoint> addresses)
    {
        var reservation = new AddressReservation();
        var taken = false;
        try
        {
            foreach (var address in addresses)
            {
                if (address is IPEndPoint { Port: > 0 } ip) reservation._sockets.Add(Bind(ip));
            }

            taken = true;
            return reservation;
        }
        finally
        {
            if (!taken) reservation.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var socket in _sockets) socket.Dispose();
        _sockets.Clear();
    }

    private static Socket Bind(IPEndPoint address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.SetRawSocketOption(SolSocket, SoReusePort, BitConverter.GetBytes(1));
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            if (address.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = new ListenerOptions().DualStack;
            socket.Bind(address);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }
}
