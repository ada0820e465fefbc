using Meltemi.Transport;

namespace Meltemi.Proxy.Outbound;

/// <summary>
/// Waits for an endpoint that said go-away to come back: once the connection that said it has ended, tries to connect after 1 s, then 2 s, 4 s
/// and so on up to 30 s, until a connection is established.
/// </summary>
internal sealed class Comeback(EndpointPool endpoint, UpstreamConnection saidBy) : LoopTimer, IConnectionHandler
{
    private const int FirstDelayMilliseconds = 1000;
    private const int LongestDelayMilliseconds = 30_000;

    private int _delay = FirstDelayMilliseconds;
    private bool _stopped;

    private EventLoop Loop => endpoint.Cluster.Worker.Loop;

    public void ConnectionGone(UpstreamConnection connection)
    {
        if (ReferenceEquals(connection, saidBy)) Loop.Schedule(this, _delay);
    }

    public void Stop()
    {
        if (_stopped) return;
        _stopped = true;
        Cancel();
        endpoint.CameBack();
    }

    protected override void OnExpired() => Loop.Connect(endpoint.Endpoint.Address, endpoint.Cluster.ConnectionOptions, this);

    public void OnConnected(Connection connection)
    {
        connection.Close();
        Stop();
    }

    public int OnData(Connection connection, Span<byte> data) => data.Length;

    public void OnPeerClosed(Connection connection) => connection.Close();

    public void OnClosed(Connection connection, CloseReason reason)
    {
        if (_stopped) return;
        _delay = Math.Min(_delay * 2, LongestDelayMilliseconds);
        Loop.Schedule(this, _delay);
    }

    public void OnHighWatermark(Connection connection) { }

    public void OnLowWatermark(Connection connection) { }
}
