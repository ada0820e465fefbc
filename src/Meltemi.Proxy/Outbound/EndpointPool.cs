using System.Text;
using Meltemi.Codec;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Inbound;
using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Outbound;

/// <summary>
/// One loop's connections to one endpoint. Usually one <see cref="ConnectionPool"/>; more if listeners of several protocols or pool modes lead
/// here, or clients speak several variants of one.
/// </summary>
internal sealed class EndpointPool(Endpoint endpoint, ClusterWorker cluster) : EndpointSlot(endpoint)
{
    private readonly List<ConnectionPool> _pools = new(1);
    private Comeback? _comeback;

    public ClusterWorker Cluster { get; } = cluster;

    /// <summary>The address for access logs.</summary>
    public byte[] NameUtf8 { get; } = Encoding.UTF8.GetBytes(endpoint.Name);

    public EndpointStats Stats { get; } = EndpointStats.Create(cluster.Cluster.Metrics, cluster.Cluster.Name, endpoint.Name);

    public bool Draining { get; private set; }

    public ConnectionPool Pool(ListenerModel model, byte variant)
    {
        foreach (var pool in _pools)
        {
            if (pool.Serves(model, variant)) return pool;
        }

        var created = new ConnectionPool(this, model.Codec, Cluster.Cluster.Config.PoolMode ?? model.PoolMode, variant);
        _pools.Add(created);
        return created;
    }

    /// <summary>
    /// The endpoint wants no new requests. It is passed over until it can be connected to again after the connection on which it said so
    /// has ended: a server that restarts comes back by itself, one that is gone for good stays out.
    /// </summary>
    public void SaidGoAway(UpstreamConnection connection)
    {
        Cluster.Worker.Add(Cluster.Stats.CxGoAway);
        if (_comeback is not null) return;
        Endpoint.GoAway(1);
        _comeback = new Comeback(this, connection);
    }

    public void ConnectionGone(UpstreamConnection connection) => _comeback?.ConnectionGone(connection);

    public void CameBack()
    {
        Endpoint.GoAway(-1);
        _comeback = null;
    }

    public void Drain()
    {
        Draining = true;
        _comeback?.Stop();
        foreach (var pool in _pools) pool.Drain();
    }
}
