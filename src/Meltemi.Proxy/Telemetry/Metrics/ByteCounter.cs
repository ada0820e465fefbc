using Meltemi.Transport;

namespace Meltemi.Proxy.Telemetry.Metrics;

/// <summary>Adds what a connection has received and sent since the last time to two series; long-lived connections are not seen only at their end.</summary>
internal struct ByteCounter
{
    private long _received;
    private long _sent;

    public void Count(Connection connection, LoopMetrics metrics, int receivedSeries, int sentSeries)
    {
        metrics.Add(receivedSeries, connection.BytesReceived - _received);
        metrics.Add(sentSeries, connection.BytesSent - _sent);
        _received = connection.BytesReceived;
        _sent = connection.BytesSent;
    }
}
