using System.Net;
using System.Net.Sockets;

namespace Meltemi.Bench.Lab.Arms;

/// <summary>
/// Ports for programs that cannot report which one they got for port 0. They are taken from below the range of outgoing connections,
/// so that none of those can take one before the program binds it.
/// </summary>
internal static class FreePort
{
    private const int First = 15000;
    private const int End = 32000;

    private static readonly HashSet<int> Given = [];

    public static int Next()
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var port = Random.Shared.Next(First, End);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            }
            catch (SocketException)
            {
                continue;
            }
            if (Given.Add(port))
                return port;
        }
        throw new IOException("No free port found.");
    }
}
