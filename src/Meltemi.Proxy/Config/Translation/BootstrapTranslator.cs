using System.Collections.Immutable;
using Envoy.Config.Bootstrap.V3;
using Envoy.Config.Core.V3;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Turns a whole bootstrap into the configuration of a proxy.</summary>
public static class BootstrapTranslator
{
    /// <summary>Translates; what was wrong stands in the context's problems, and is left out of the answer.</summary>
    public static ProxyConfig Translate(Bootstrap bootstrap, TranslationContext context)
    {
        var resources = bootstrap.StaticResources ?? new();
        var clusters = ImmutableArray.CreateBuilder<ClusterConfig>();
        for (var i = 0; i < resources.Clusters.Count; i++)
        {
            if (ClusterTranslator.Translate(resources.Clusters[i], context, $"static_resources.clusters[{i}]") is { } cluster)
                clusters.Add(cluster);
        }

        var listeners = ImmutableArray.CreateBuilder<ListenerConfig>();
        for (var i = 0; i < resources.Listeners.Count; i++)
        {
            if (ListenerTranslator.Translate(resources.Listeners[i], context, $"static_resources.listeners[{i}]") is { } listener)
                listeners.Add(listener);
        }

        CrossReferences.Check(resources, context);
        var node = TranslateNode(bootstrap.Node);
        return new ProxyConfig
        {
            Node = bootstrap.ClusterManager?.LocalClusterName is { Length: > 0 } peers ? node with { LocalCluster = peers } : node,
            Dynamic = DynamicSources.Translate(bootstrap, context),
            Admin = bootstrap.Admin?.Address is { } admin ? Addresses.Listening(context, admin, "admin.address") : null,
            Listeners = listeners.ToImmutable(),
            Clusters = clusters.ToImmutable(),
        };
    }

    private static NodeConfig TranslateNode(Node? node)
    {
        if (node is null) return new();
        var metadata = node.Metadata is null
            ? ImmutableDictionary<string, string>.Empty
            : node.Metadata.Fields.ToImmutableDictionary(field => field.Key, field => Values.Text(field.Value));
        var locality = node.Locality is { } said ? new LocalityConfig(said.Region, said.Zone, said.SubZone) : LocalityConfig.None;
        return new NodeConfig { Id = node.Id, Cluster = node.Cluster, Metadata = metadata, Locality = locality };
    }
}
