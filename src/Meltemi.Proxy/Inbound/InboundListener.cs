using Meltemi.Proxy.Flow;
using Meltemi.Transport;

namespace Meltemi.Proxy.Inbound;

/// <summary>One loop's side of a listener: takes connections and knows those that are open.</summary>
internal sealed class InboundListener(ListenerState state, Worker worker) : IConnectionAcceptor
{
    private readonly HashSet<IConnectionHandler> _open = [];

    public ListenerState State { get; } = state;

    public Worker Worker { get; } = worker;

    public int Open => _open.Count;

    public IConnectionHandler OnAccepted(Connection connection)
    {
        Worker.Add(State.Stats.CxTotal);
        Worker.Add(State.Stats.CxActive);
        IConnectionHandler handler = State.Tcp is { } tcp ? new TcpTunnel(this, connection, tcp) : new InboundConnection(this, connection);
        _open.Add(handler);
        return handler;
    }

    public void Closed(IConnectionHandler handler)
    {
        _open.Remove(handler);
        Worker.Add(State.Stats.CxActive, -1);
        Worker.Add(State.Stats.CxDestroy);
    }

    /// <summary>Lets every client finish; see <see cref="InboundConnection.Drain"/>.</summary>
    public void Drain()
    {
        foreach (var handler in _open.ToArray())
        {
            if (handler is InboundConnection client) client.Drain();
        }
    }

    /// <summary>The time for finishing is over.</summary>
    public void Abort()
    {
        foreach (var handler in _open.ToArray())
        {
            if (handler is InboundConnection client) client.Connection.Abort();
            else if (handler is TcpTunnel tunnel) tunnel.Abort();
        }
    }
}
