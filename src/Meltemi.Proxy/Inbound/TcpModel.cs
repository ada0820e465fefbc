using Meltemi.Proxy.Config;
using Meltemi.Proxy.Outbound;

namespace Meltemi.Proxy.Inbound;

/// <summary>Where a TCP listener's connections go: clusters by cumulated weight.</summary>
internal sealed class TcpModel
{
    private readonly (Cluster? Cluster, ulong UpTo)[] _clusters;
    private readonly ulong _total;

    public TcpModel(TcpChainConfig chain, AccessLogModel accessLog, Func<string, Cluster?> findCluster)
    {
        AccessLog = accessLog;
        Chain = chain;
        _clusters = new (Cluster?, ulong)[chain.Clusters.Length];
        for (var i = 0; i < _clusters.Length; i++) _clusters[i] = (findCluster(chain.Clusters[i].Name), _total += chain.Clusters[i].Weight);
    }

    public TcpChainConfig Chain { get; }

    public AccessLogModel AccessLog { get; }

    public Cluster? Pick(ulong random)
    {
        var point = _total == 0 ? 0 : random % _total;
        foreach (var (cluster, upTo) in _clusters)
        {
            if (point < upTo) return cluster;
        }

        return null;
    }
}
