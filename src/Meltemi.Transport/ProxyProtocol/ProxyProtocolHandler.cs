namespace Meltemi.Transport;

/// <summary>
/// Holds an accepted connection until its PROXY protocol header is read, then gives it its addresses and its real handler, and what
/// followed the header goes to that one. A peer that is silent, slow or wrong is reset: the listener's user never hears of it.
/// </summary>
internal sealed class ProxyProtocolHandler(Connection connection, IConnectionAcceptor acceptor) : LoopTimer, IConnectionHandler
{
    public void Start(TimeSpan timeout) => connection.Loop.Schedule(this, (int)Math.Clamp(timeout.TotalMilliseconds, 1, int.MaxValue));

    public void OnConnected(Connection connection)
    {
    }

    public int OnData(Connection connection, Span<byte> data)
    {
        switch (ProxyHeader.Parse(data, out ProxyHeader header, out int need))
        {
            case ProxyHeaderStatus.Incomplete:
                connection.Need(need);
                return 0;
            case ProxyHeaderStatus.Malformed:
                connection.Abort(CloseReason.BadProxyHeader);
                return 0;
        }
        Cancel();
        connection.RemoteEndPoint = header.Source ?? connection.RemoteEndPoint;
        if (header.Destination is { } destination)
            connection.LocalEndPoint = destination;
        connection.Handler = acceptor.OnAccepted(connection);
        return header.Length;
    }

    public void OnPeerClosed(Connection connection) => connection.Abort(CloseReason.BadProxyHeader);

    public void OnClosed(Connection connection, CloseReason reason)
    {
        Cancel();
        connection.Listener!.ProxyHeaderFailed(reason);
    }

    public void OnHighWatermark(Connection connection)
    {
    }

    public void OnLowWatermark(Connection connection)
    {
    }

    protected internal override void OnExpired() => connection.Abort(CloseReason.BadProxyHeader);
}
