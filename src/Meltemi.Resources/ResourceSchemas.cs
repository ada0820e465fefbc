using Meltemi.Resources.Istio;
using Meltemi.Xds.Schema;

namespace Meltemi.Resources;

/// <summary>The messages of <c>Protos/</c> as the reader walks them.</summary>
public static class ResourceSchemas
{
    private static readonly Lazy<SchemaSet> Shared = new(() => SchemaSet.Embedded(typeof(ServiceEntry).Assembly, Dialect.Kubernetes));

    /// <summary>All of them.</summary>
    public static SchemaSet Set => Shared.Value;
}
