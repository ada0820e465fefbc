using Meltemi.Proxy.Config;
using Meltemi.Proxy.Outbound;

namespace Meltemi.Proxy.Inbound;

/// <summary>Where a TCP listener's connections go: clusters by cumulated weight.</summary>
internal sealed class TcpModel
{
    private readonly ulong[] _upTo;
    private readonly ulong _total;

    public TcpModel(TcpChainConfig chain, AccessLogModel accessLog, ClusterTable clusters)
    {
        AccessLog = accessLog;
        Chain = chain;
        Clusters = new(chain.Clusters.Select(cluster => clusters.Acquire(cluster.Name)).ToArray());
        _upTo = new ulong[chain.Clusters.Length];
        for (var i = 0; i < _upTo.Length; i++) _upTo[i] = _total += chain.Clusters[i].Weight;
    }

    public TcpChainConfig Chain { get; }

    public AccessLogModel AccessLog { get; }

    public ClusterRefs Clusters { get; }

    public Cluster? Pick(ulong random)
    {
        var point = _total == 0 ? 0 : random % _total;
        for (var i = 0; i < _upTo.Length; i++)
        {
            if (point < _upTo[i]) return Clusters[i];
        }

        return null;
    }
}
