using Envoy.Config.Cluster.V3;
using Google.Protobuf;

namespace Meltemi.Xds.Server;

/// <summary>Under which name a cluster asks for its endpoints.</summary>
internal static class ClusterEndpoints
{
    /// <summary>The name; null: it is no cluster whose endpoints come by EDS. Reads the two fields that say so and skips the rest.</summary>
    public static string? NameOf(XdsResource cluster)
    {
        var isEds = false;
        var name = cluster.Name;
        var input = cluster.Body.CreateCodedInput();
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case Cluster.TypeFieldNumber:
                    isEds = input.ReadEnum() == (int)Cluster.Types.DiscoveryType.Eds;
                    break;
                case Cluster.EdsClusterConfigFieldNumber:
                    var config = new Cluster.Types.EdsClusterConfig();
                    input.ReadMessage(config);
                    if (config.ServiceName.Length > 0) name = config.ServiceName;
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return isEds ? name : null;
    }
}
