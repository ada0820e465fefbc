using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Meltemi.Transport;

/// <summary>
/// One address on all loops: a SO_REUSEPORT socket for each (the kernel spreads connections by their addresses), or one shared Unix
/// domain socket. May be made and used from any thread, running loops or not.
/// </summary>
public sealed class ListenerGroup
{
    private readonly ImmutableArray<EventLoop> _loops;
    private readonly Listener?[] _listeners;
    private int _ended;

    private ListenerGroup(ImmutableArray<EventLoop> loops, EndPoint local)
    {
        _loops = loops;
        _listeners = new Listener?[loops.Length];
        LocalEndPoint = local;
    }

    /// <summary>Where all of them listen, with the real port.</summary>
    public EndPoint LocalEndPoint { get; }

    /// <summary>Connections accepted so far, over all loops.</summary>
    public long Accepted => Sum(static listener => listener.Accepted);

    /// <summary>Connections open now, over all loops.</summary>
    public long OpenConnections => Sum(static listener => listener.OpenConnections);

    /// <summary>Connections closed at once because of <see cref="ListenerOptions.Limit"/>, over all loops.</summary>
    public long RefusedOverLimit => Sum(static listener => listener.RefusedOverLimit);

    /// <summary>Binds on every loop. With port 0 all loops get the port that the first one got.</summary>
    /// <param name="loops">At least one, all over the same kernel.</param>
    /// <param name="address">IP or Unix domain socket.</param>
    /// <param name="options">Settings; <see cref="ListenerOptions.ReusePort"/> must be on if there are several loops.</param>
    /// <param name="acceptorOf">Makes the acceptor of a loop; called on the loop's thread.</param>
    /// <exception cref="SocketException">The address is in use or not ours; nothing listens then.</exception>
    public static ListenerGroup Listen(IEnumerable<EventLoop> loops, EndPoint address, ListenerOptions options,
        Func<EventLoop, IConnectionAcceptor> acceptorOf)
    {
        ImmutableArray<EventLoop> all = [.. loops];
        var sockets = new List<ListeningSocket>(all.Length);
        try
        {
            foreach (EventLoop loop in all)
            {
                if (sockets.Count == 0)
                    sockets.Add(ListeningSocket.Open(loop.Kernel, address, options));
                else if (address is not IPEndPoint)
                    sockets.Add(sockets[0].Share());
                else
                    sockets.Add(ListeningSocket.Open(loop.Kernel, sockets[0].Bound, options));
            }
        }
        catch (SocketException)
        {
            foreach (ListeningSocket socket in sockets)
                socket.Release();
            throw;
        }
        var group = new ListenerGroup(all, sockets[0].Bound);
        for (int i = 0; i < all.Length; i++)
        {
            (int index, ListeningSocket socket) = (i, sockets[i]);
            all[i].Post(_ => group.StartOn(index, socket, options, acceptorOf), null);
        }
        return group;
    }

    /// <summary><see cref="Listener.StopAccepting"/> on every loop, in its next turn.</summary>
    public void StopAccepting() => End(static listener => listener.StopAccepting());

    /// <summary><see cref="Listener.Close"/> on every loop, in its next turn.</summary>
    public void Close() => End(static listener => listener.Close());

    private void StartOn(int index, ListeningSocket socket, ListenerOptions options, Func<EventLoop, IConnectionAcceptor> acceptorOf)
    {
        EventLoop loop = _loops[index];
        _listeners[index] = loop.Listen(socket, options, acceptorOf(loop));
    }

    private void End(Action<Listener> how)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return;
        for (int i = 0; i < _loops.Length; i++)
        {
            int index = i; // posted behind StartOn, hence the listener is there
            _loops[i].Post(_ => how(_listeners[index]!), null);
        }
    }

    private long Sum(Func<Listener, long> count)
    {
        long sum = 0;
        foreach (Listener? listener in _listeners)
            sum += listener is null ? 0 : count(listener);
        return sum;
    }
}
