using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Inbound.Recognition;
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
        var chains = State.Chains;
        var handler = chains.Recogniser is { } recogniser
            ? new ProtocolInspector(this, connection, recogniser.Timeout)
            : chains.Others!.Serve(this, connection);
        _open.Add(handler);
        return handler;
    }

    /// <summary>It is known now who serves a connection.</summary>
    public void Replace(ProtocolInspector inspector, IConnectionHandler handler)
    {
        _open.Remove(inspector);
        _open.Add(handler);
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
            else if (handler is ProtocolInspector inspector) inspector.Drain();
        }
    }

    /// <summary>Lets the clients of a chain finish that is no longer there.</summary>
    public void Drain(ChainState chain)
    {
        foreach (var handler in _open.ToArray())
        {
            if (handler is InboundConnection client && client.Model.State == chain) client.Drain();
        }
    }

    /// <summary>The time for finishing is over.</summary>
    public void Abort()
    {
        foreach (var handler in _open.ToArray())
        {
            if (handler is InboundConnection client) client.Connection.Abort();
            else if (handler is TcpTunnel tunnel) tunnel.Abort();
            else if (handler is ProtocolInspector inspector) inspector.Abort();
        }
    }
}
