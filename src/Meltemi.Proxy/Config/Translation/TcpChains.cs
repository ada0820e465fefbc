using System.Collections.Immutable;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Turns a <see cref="TcpProxy"/> into the record that the proxy runs by.</summary>
internal static class TcpChains
{
    private static readonly TimeSpan DefaultIdleTimeout = TimeSpan.FromHours(1);

    public static TcpChainConfig? Translate(TcpProxy proxy, TranslationContext context, string path)
    {
        var clusters = TranslateClusters(proxy, context, path);
        if (clusters.IsEmpty) return null;
        return new TcpChainConfig
        {
            StatPrefix = proxy.StatPrefix,
            IdleTimeout = proxy.IdleTimeout is { } timeout ? Values.Span(timeout) : DefaultIdleTimeout,
            MaxDuration = proxy.MaxDownstreamConnectionDuration is { } longest ? Values.Span(longest) : TimeSpan.Zero,
            AccessLogs = AccessLogs.Translate(proxy.AccessLog, codec: null, context, $"{path}.access_log"),
            Clusters = clusters,
        };
    }

    private static ImmutableArray<WeightedCluster> TranslateClusters(TcpProxy proxy, TranslationContext context, string path)
    {
        switch (proxy.ClusterSpecifierCase)
        {
            case TcpProxy.ClusterSpecifierOneofCase.Cluster:
                context.ClusterReferences.Add(new($"{path}.cluster", proxy.Cluster, false));
                return [new(proxy.Cluster, 1)];
            case TcpProxy.ClusterSpecifierOneofCase.WeightedClusters:
                var shares = proxy.WeightedClusters.Clusters.Select(cluster => new WeightedCluster(cluster.Name, cluster.Weight));
                return Shares.Translate(shares, context, $"{path}.weighted_clusters");
            default:
                context.Problems.Error($"{path}.cluster_specifier", "a cluster is needed");
                return [];
        }
    }
}
